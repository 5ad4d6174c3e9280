// the release before and this one on one schema.
import { rm } from "node:fs/promises";
import type { Installation, Place } from "../../../test/process/latchkey.ts";
import { releaseBefore, unpackReleaseBefore } from "../../../test/versions/release-before.ts";
import { playUpgrades } from "../../../test/versions/upgrades.ts";
import { atLeast, type Check, exactly, type Figure } from "../../check.ts";
import type { Engine, Stage } from "../../engine.ts";
import { nameOfDatabase } from "../../load/fleet.ts";

const EFFECTS_A_CHANGE = 100;

/** An installation whose processes prefer one node; the release before knows no other. */
function onOneNode({ cluster }: Engine, installation: Installation, before: Place): Installation {
  if (cluster === undefined) return installation;
  const name = nameOfDatabase(installation.environment);
  const [first] = cluster.nodes;
  return {
    ...installation,
    start: (more, place) =>
      installation.start(
        { ...more, DATABASE_URL: place === before ? first!.urlOf(name) : cluster.urlOf(name) },
        place,
      ),
  };
}

async function measureVersions({ engine, amount, say }: Stage): Promise<readonly Figure[]> {
  const before = await unpackReleaseBefore();
  const installation = onOneNode(engine, await engine.install(), before);
  try {
    say(`the release before is ${releaseBefore()}`);
    const { ledger, failures, wrong, ends } = await playUpgrades(installation, before, amount);
    for (const failure of failures) say(failure);
    const sum = (sizes: readonly number[]): number => sizes.reduce((all, size) => all + size, 0);
    const lost = wrong.map(({ lostTokens, lostUsers }) => lostTokens.length + lostUsers.length);
    const revived = wrong.map((each) => each.revivedTokens.length + each.revivedUsers.length);
    const changes = 2 * amount + 1;
    return [
      atLeast("effects acknowledged", ledger.size, changes * EFFECTS_A_CHANGE),
      exactly("changes of the version", ends.length, changes),
      exactly("calls that failed", failures.length, 0),
      exactly("acknowledged effects lost", sum(lost), 0),
      exactly("ended tokens and deleted users alive again", sum(revived), 0),
      exactly("processes that didn't end well", ends.filter(({ code }) => code !== 0).length, 0),
    ];
  } finally {
    await installation.remove();
    await rm(before.root, { recursive: true });
  }
}

export const VERSIONS: readonly Check[] = [
  {
    id: "R-34",
    title: "the release before and this one on one schema",
    how:
      "This version starts beside the release before, under load, and the other one stops; then " +
      "back, and forward again. After each change the one that is left is asked for everything " +
      "that was acknowledged. On Galera the release before knows one node.",
    engines: ["SQLite", "MariaDB", "Galera"],
    aside: "in turn",
    amounts: { full: 5 },
    unit: "ways forward and back",
    measure: measureVersions,
  },
];
