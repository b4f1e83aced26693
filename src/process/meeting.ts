import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deferred } from './deferred.ts';

/** A private place where the spawner meets us: its end becomes a child's standard input and output, ours is `joined`. */
export type Meeting = {
  readonly path: string;
  joined(): Promise<Socket>;
  cancelled(): Promise<null>;
};

/** Opens a Unix socket in a folder that only this user can enter, for one guest. */
export const openMeeting = async (): Promise<Meeting> => {
  const dir = await mkdtemp(join(tmpdir(), 'branchline-'));
  const path = join(dir, 's');
  const guest = deferred<Socket>();
  // Half open: a child's end of output must not end its input, nor ours its output.
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, guest.resolve);
  await new Promise<void>((listening) => server.listen(path, listening));
  const close = async (): Promise<void> => {
    server.close();
    await rm(dir, { recursive: true, force: true });
  };
  return {
    path,
    joined: async () => {
      const socket = await guest.promise;
      await close();
      return socket;
    },
    cancelled: async () => {
      void guest.promise.then((socket) => socket.destroy());
      await close();
      return null;
    },
  };
};
