/** `statfs` types of Linux whose locks SQLite cannot rely on: NFS, SMB, CIFS, SMB2, AFS, Ceph. */
const linuxTypes = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x5346414f, 0x00c36400]);

/** True when `statfs` says that a folder is on the network. Other systems number their types otherwise: unknown is local. */
export const isNetworkFileSystem = (type: number, platform: NodeJS.Platform): boolean =>
  platform === 'linux' && linuxTypes.has(type >>> 0);
