// What the kernel and the metrics say of a server at work.
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import type { Latchkey } from "../../test/process/latchkey.ts";

const MIB = 1024;
/** The kernel's number of the state. */
const ESTABLISHED = "01";

/** The resident memory of a process, in MiB. */
export const residentMib = (pid: number): number =>
  Number(/VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / MIB;

/** Lets the kernel forget how much memory a process had at most. */
export const forgetPeak = (pid: number): void => writeFileSync(`/proc/${pid}/clear_refs`, "5");

/** The most resident memory of a process since `forgetPeak`, in MiB. */
export const peakMib = (pid: number): number =>
  Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / MIB;

/** How many descriptors a process has open. */
export const descriptorsOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

/** How many sockets of a process lead to a port, whether their other end answers or not. */
export function socketsTo(pid: number, port: number): number {
  const inodes = new Set<string>();
  for (const table of ["tcp", "tcp6"])
    for (const line of readFileSync(`/proc/net/${table}`, "utf8").split("\n").slice(1)) {
      const [, , remote = "", , , , , , , inode = ""] = line.trim().split(/\s+/);
      if (Number.parseInt(remote.split(":")[1] ?? "", 16) === port) inodes.add(`socket:[${inode}]`);
    }
  let count = 0;
  for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
    try {
      if (inodes.has(readlinkSync(`/proc/${pid}/fd/${descriptor}`))) count++;
    } catch {
      // It was closed meanwhile.
    }
  }
  return count;
}

/** Returns the text of a server's metrics. */
export async function metricsOf({ output }: Latchkey): Promise<string> {
  const url = /metrics +(http\S+)/.exec(output.stdout)![1]!;
  return (await fetch(url)).text();
}

/** Returns the sum of all series of a metric; 0 when there is none. */
export function sumOf(metrics: string, name: string): number {
  let sum = 0;
  for (const [, value] of metrics.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, "gm")))
    sum += Number(value);
  return sum;
}

/** Returns how many passwords a server has hashed or compared. */
export const hashesOf = async (server: Latchkey): Promise<number> =>
  sumOf(await metricsOf(server), "latchkey_password_hash_duration_seconds_count");

/**
 * Returns the clients' ports of the connections to a port of this machine that its process has
 * open. One that the kernel only winds up has no inode. `isLiving`: only those whose client hasn't
 * closed them.
 */
export function openConnections(port: number, isLiving = false): ReadonlySet<number> {
  const portOf = (address: string): number => Number.parseInt(address.split(":")[1]!, 16);
  const clients = new Set<number>();
  for (const table of ["tcp", "tcp6"])
    for (const line of readFileSync(`/proc/net/${table}`, "utf8").split("\n").slice(1, -1)) {
      const fields = line.trim().split(/\s+/);
      if (portOf(fields[1]!) !== port || fields[9] === "0") continue;
      if (!isLiving || fields[3] === ESTABLISHED) clients.add(portOf(fields[2]!));
    }
  return clients;
}
