// Ends access on one node and tries it on another at once: none of the tries may succeed. Three
// processes on three nodes; a load keeps the nodes busy. Run: node torture/galera-stale.ts
// [--times 200] [--kinds session,user,password]
import { parseArgs } from "node:util";
import { GaleraCluster } from "./galera/cluster.ts";
import { call, installOnCluster, PASSWORD } from "./galera/installation.ts";

const { values } = parseArgs({
  options: {
    times: { type: "string", default: "200" },
    kinds: { type: "string", default: "session,user,password" },
  },
});
const TIMES = Number(values.times);
/** How many calls write beside, so that the nodes have something to apply. */
const LOAD = 3;

const cluster = await GaleraCluster.start();
try {
  const urls = cluster.nodes.map((node) => node.urlOf("stale"));
  const installation = await installOnCluster(cluster, "stale", { urls });
  const { processes, token } = installation;
  const urlOf = (index: number): string => processes[index % processes.length]!.url;
  let isOver = false;
  const load = Array.from({ length: LOAD }, async (_, index) => {
    while (!isOver) await installation.newToken(urlOf(index));
  });
  const signIn = (index: number, email: string) =>
    call(urlOf(index), "POST", "/v1/sessions", { body: { email, password: PASSWORD } });

  /** Ends what a user has by a process; then the others are asked at once. */
  const KINDS: Readonly<Record<string, (index: number, user: string, own: string) => unknown>> = {
    "session ended": (index, _, own) =>
      call(urlOf(index), "DELETE", "/v1/sessions/current", { token: own }),
    "user deleted": (index, user) => call(urlOf(index), "DELETE", `/v1/users/${user}`, { token }),
    "password changed": (index, user) =>
      call(urlOf(index), "POST", `/v1/users/${user}:changePassword`, {
        token,
        body: { newPassword: `${PASSWORD} 2` },
      }),
  };
  const chosen = values.kinds.split(",");
  for (const [kind, end] of Object.entries(KINDS)) {
    if (!chosen.includes(kind.split(" ")[0]!)) continue;
    let [stale, tries] = [0, 0];
    const statuses = new Map<number, number>();
    const users = await installation.users(TIMES);
    for (const [index, { id, email }] of users.entries()) {
      const { status, body } = await signIn(index, email);
      if (status !== 200) throw new Error(`no session: ${status} ${JSON.stringify(body)}`);
      const own = String(body["accessToken"]);
      const ended = (await end(index, id, own)) as { status: number };
      if (ended.status !== 200) throw new Error(`${kind}: ${ended.status}`);
      const answers = await Promise.all([
        call(urlOf(index + 1), "GET", `/v1/users/${id}`, { token: own }),
        call(urlOf(index + 2), "GET", `/v1/users/${id}`, { token: own }),
        ...(kind === "session ended" ? [] : [signIn(index + 1, email)]),
      ]);
      for (const answer of answers) {
        tries++;
        if (answer.status === 200) stale++;
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      }
    }
    const counted = [...statuses].map(([status, count]) => `${status} × ${count}`).join(", ");
    console.log(`${kind}: ${stale} of ${tries} tries on other nodes accepted (${counted})`);
  }
  isOver = true;
  await Promise.all(load);
  await installation.stop();
} finally {
  await cluster.dispose();
}
