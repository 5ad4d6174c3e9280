// writes of the same rows at once on three nodes, which conflict when they commit.
import { quantile } from "../../../bench/measure/statistics.ts";
import { refusalOf } from "../../../test/clients/refusal.ts";
import { unique } from "../../../test/use-server.ts";
import { atLeast, atMost, type Check, exactly, type Figure, timed } from "../../check.ts";
import type { Stage } from "../../engine.ts";
import { Fleet } from "../../load/fleet.ts";
import { metricsOf, sumOf } from "../../load/process.ts";

const PROCESSES = 3;
const USERS = 100;
const PASSWORD = "correct horse battery";
const WRITERS = 30;
const ROWS = 10;
/** The numbers of a conflict, and what MariaDB says beside them. */
const CONFLICT = /\b(?:1213|1205|1047)\b|deadlock|lock wait/i;

/** Does work with so many at once, `count` times in all. */
async function inLanes(
  lanes: number,
  count: number,
  work: (index: number, lane: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const run = async (_: unknown, lane: number): Promise<void> => {
    while (next < count) await work(next++, lane);
  };
  await Promise.all(Array.from({ length: lanes }, run));
}

/** Makes so many users, and returns their ids and addresses. */
async function newUsers(fleet: Fleet, count: number) {
  const users: { readonly id: string; readonly email: string }[] = [];
  await inLanes(3, count, async () => {
    const email = `${unique()}@example.com`;
    const { user } = await fleet.administrator.users.createUser({ email, password: PASSWORD });
    users.push({ id: user!.id, email });
  });
  return users;
}

/** What callers were shown of their refusals. */
type Shown = string[];

/** Right sign-ins from one network: each changes the row of the network's counter, twice. */
async function signIns(fleet: Fleet, atOnce: number, { amount, say }: Stage, shown: Shown) {
  const users = await newUsers(fleet, USERS);
  const outcomes = new Map<string, number>();
  const times: number[] = [];
  await inLanes(atOnce, amount, async (index) => {
    const begin = performance.now();
    const { email } = users[index % USERS]!;
    const outcome = await fleet
      .as()
      .users.signIn({ identifier: { case: "email", value: email }, password: PASSWORD })
      .then(
        () => "done",
        (error: unknown) => {
          const { reason, message } = refusalOf(error);
          shown.push(message);
          say(`${reason}: ${message}`);
          return reason;
        },
      );
    times.push(performance.now() - begin);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  });
  say(`${atOnce} sign-ins at once: ${JSON.stringify([...outcomes])}`);
  const failed = amount - (outcomes.get("done") ?? 0);
  return [
    timed(exactly(`${atOnce} at once: sign-ins that failed`, failed, 0)),
    timed(atMost(`${atOnce} at once: p99`, quantile(times, 0.99) / 1000, 5, "s")),
  ];
}

/** Returns how many of so many more changes than were acknowledged no refusal explains. */
const doubted = (more: number, refused: number): number => Math.max(-more, more - refused, 0);

/** Members join and leave few groups: each changes the group's row, and leaves an audit event. */
async function changeHotRows(fleet: Fleet, { engine, amount, random, say }: Stage, shown: Shown) {
  const { users } = fleet.administrator;
  const [owner, ...members] = await newUsers(fleet, WRITERS + 1);
  const groups: bigint[] = [];
  for (let row = 0; row < ROWS; row++) {
    const { group } = await users.createGroup({ name: `Group ${row}`, ownerId: owner!.id });
    groups.push(group!.id);
  }
  const done = { joined: 0, left: 0 };
  const refused: string[] = [];
  await inLanes(WRITERS, amount, async (_, lane) => {
    const call = { groupId: groups[Math.floor(random() * ROWS)]!, userId: members[lane]!.id };
    try {
      await fleet.administrator.users.addGroupMember(call);
      done.joined++;
      await fleet.administrator.users.removeGroupMember(call);
      done.left++;
    } catch (error) {
      const { reason, message } = refusalOf(error);
      refused.push(reason);
      shown.push(message);
      say(`${reason}: ${message}`);
    }
  });
  const [counts] = await engine.cluster!.nodes[0]!.run(
    "set session wsrep_sync_wait = 1",
    `select cast(sum(type = 'group.add_member') as char) as joined,
       cast(sum(type = 'group.remove_member') as char) as departed
     from ${fleet.database}.audit_events`,
  );
  const metrics = await Promise.all(fleet.servers.map(metricsOf));
  const retries = metrics.map((text) => sumOf(text, "latchkey_store_retries_total"));
  const more = Number(counts!["joined"]) - done.joined + Number(counts!["departed"]) - done.left;
  return [
    timed(exactly(`${WRITERS} writers on ${ROWS} rows: changes refused`, refused.length, 0)),
    // One that was refused may have been made, if its commit wasn't confirmed.
    exactly("changes made twice, or acknowledged and not made", doubted(more, refused.length), 0),
    atLeast(
      "transactions that ran again after a conflict",
      retries.reduce((sum, count) => sum + count, 0),
      1,
    ),
  ];
}

async function measureConflicts(stage: Stage): Promise<readonly Figure[]> {
  const fleet = await Fleet.start(stage.engine, PROCESSES);
  try {
    const figures: Figure[] = [];
    const shown: Shown = [];
    for (const atOnce of [12, 30, 60])
      figures.push(...(await signIns(fleet, atOnce, stage, shown)));
    const [row] = await stage.engine.cluster!.nodes[0]!.run(
      "set session wsrep_sync_wait = 1",
      `select coalesce(sum(tries), 0) as tries from ${fleet.database}.attempts`,
    );
    // A sign-in that failed for want of time leaves its try, which is the safe side.
    figures.push(timed(exactly("attempts still counted afterwards", Number(row!["tries"]), 0)));
    figures.push(...(await changeHotRows(fleet, stage, shown)));
    const conflicts = shown.filter((message) => CONFLICT.test(message));
    return [...figures, exactly("answers that show a conflict", conflicts.length, 0)];
  } finally {
    await fleet.stop();
  }
}

export const CONFLICTS: readonly Check[] = [
  {
    id: "R-10",
    title: "writes of one row conflict on several nodes",
    how:
      `Over three processes on three nodes: right sign-ins of ${USERS} users from one network, ` +
      `whose counter is one row; then ${WRITERS} writers who add members to ${ROWS} groups and ` +
      "remove them. A conflict of nodes (1213, 1205) is retried up to eight times, because five, " +
      "which were asked, didn't suffice; no caller may be shown it.",
    engines: ["Galera"],
    amounts: { quick: 200, full: 1_000 },
    unit: "sign-ins and changes each",
    measure: measureConflicts,
  },
];
