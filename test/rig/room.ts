import { randomBytes } from 'node:crypto';
import type { Harvest, Slot, SlotRequest } from '../../src/core/ports/git.ts';
import type { HubRepository } from '../../src/git/hub-repository.ts';
import { openRepository } from '../../src/git/repository.ts';
import { MemoryLeases } from './memory-leases.ts';
import { type Files, HERMETIC_GIT, TestRepo, type TestRepoOptions } from './repo.ts';

export const GIT_ENV: Readonly<Record<string, string>> = {
  ...HERMETIC_GIT,
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  HOME: '/nonexistent',
};

/** A user's repository, opened, with what a test asks of it all the time. */
export class Room implements AsyncDisposable {
  readonly user: TestRepo;
  readonly repository: HubRepository;
  readonly leases: MemoryLeases;
  readonly state: string;

  private constructor(user: TestRepo, repository: HubRepository, leases: MemoryLeases) {
    this.user = user;
    this.repository = repository;
    this.leases = leases;
    this.state = user.beside('state');
  }

  static async create(files: Files, options: TestRepoOptions = {}): Promise<Room> {
    return Room.of(await TestRepo.create(files, options));
  }

  static async of(user: TestRepo): Promise<Room> {
    const leases = new MemoryLeases();
    return new Room(user, await openIn(user, leases), leases);
  }

  get hub(): string {
    return `${this.state}/${this.repository.key}/hub.git`;
  }

  async base(): Promise<string> {
    return this.user.git('rev-parse', 'main');
  }

  async request(over: Partial<SlotRequest> = {}): Promise<SlotRequest> {
    const key = { run: 'r1', task: 'api', attempt: 1 };
    return { key, base: await this.base(), branch: 'r1/api', merge: null, keep: [], setupKey: '', ...over };
  }

  async lease(over: Partial<SlotRequest> = {}): Promise<Slot> {
    const leased = await this.repository.slots.lease(await this.request(over));
    if (!leased.ok) throw new Error(JSON.stringify(leased.error));
    return leased.value;
  }

  async harvest(slot: Slot): Promise<Harvest> {
    const harvest = await slot.harvest('work\n');
    if (!harvest.ok) throw new Error(JSON.stringify(harvest.error));
    return harvest.value;
  }

  /** git in the hub. */
  async inHub(...args: string[]): Promise<string> {
    return this.user.gitIn(this.hub, `--git-dir=${this.hub}`, ...args);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.repository.close();
    await this.user[Symbol.asyncDispose]();
  }
}

export async function openIn(user: TestRepo, leases: MemoryLeases, dir = user.dir): Promise<HubRepository> {
  const opened = await openRepository({
    dir,
    stateDir: user.beside('state'),
    leases,
    env: GIT_ENV,
    ids: () => randomBytes(6).toString('hex'),
    now: () => Date.now(),
  });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  return opened.value;
}
