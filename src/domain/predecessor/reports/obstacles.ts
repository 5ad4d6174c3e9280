import type { Stage } from "../stage.ts";

/** One thing that stands between now and `own`. */
export type Obstacle =
  /** Users without a password here. */
  | { readonly kind: "missing"; readonly users: number }
  /** Answers that have differed from the predecessor's lately. */
  | {
      readonly kind: "different";
      readonly answers: number;
      readonly kinds: number;
      readonly since: number;
    }
  /** The predecessor can't be asked. */
  | { readonly kind: "away"; readonly circuit: string }
  /** Only a share of the users is in the stage. */
  | { readonly kind: "share"; readonly percent: number }
  /** Users whose new password, address or name the predecessor doesn't know. */
  | { readonly kind: "changed"; readonly users: number };

/** What of a report obstacles are found in. */
interface Found {
  readonly api: string;
  readonly stage: Stage;
  readonly percent: number;
  readonly users: { readonly missing: number };
  readonly changedHere: number;
  readonly recent: {
    readonly since: number;
    readonly different: number;
    readonly kinds: number;
  };
  readonly predecessor: { readonly circuit: string };
}

/** Returns whether Latchkey answers all users alone. */
const isOver = ({ stage, percent }: Found): boolean => stage === "own" && percent === 100;

/** Lists what stands between now and `own`; nothing when every user is there. */
export function obstaclesOf(report: Found): Obstacle[] {
  if (isOver(report)) return [];
  const { percent, users, changedHere, recent, predecessor } = report;
  const { circuit } = predecessor;
  const { different: answers, kinds, since } = recent;
  const all: readonly (readonly [holds: boolean, obstacle: Obstacle])[] = [
    [users.missing > 0, { kind: "missing", users: users.missing }],
    [answers > 0, { kind: "different", answers, kinds, since }],
    // Without a process that serves, nothing is known of it.
    [circuit !== "closed" && circuit !== "unknown", { kind: "away", circuit }],
    [percent < 100, { kind: "share", percent }],
    [changedHere > 0, { kind: "changed", users: changedHere }],
  ];
  return all.filter(([holds]) => holds).map(([, obstacle]) => obstacle);
}

/** Says the obstacles to the operator, and the next command once all users are in the stage. */
export function remainingOf(report: Found, obstacles: readonly Obstacle[]): string[] {
  if (isOver(report)) return [];
  const { api, stage, percent } = report;
  const next =
    stage === "mirror"
      ? `Next: latchkey predecessor stage ${api} fallback --percent 5`
      : `Last: latchkey predecessor stage ${api} own`;
  return [...obstacles.map((each) => wordsOf(each, stage)), ...(percent < 100 ? [] : [next])];
}

function wordsOf(obstacle: Obstacle, stage: Stage): string {
  switch (obstacle.kind) {
    case "missing":
      return (
        `Users without a password here: ${obstacle.users}. Import them with their hashes, or ` +
        "let them sign in while the stage is mirror or fallback."
      );
    case "different":
      return (
        `Answers that differ from the predecessor's since ` +
        `${new Date(obstacle.since).toISOString()}: ${obstacle.answers}, of ${obstacle.kinds} ` +
        `${obstacle.kinds === 1 ? "kind" : "kinds"}. Look at each difference.`
      );
    case "away":
      return `The predecessor can't be asked (circuit ${obstacle.circuit}): look at it first.`;
    case "share":
      return `Only ${obstacle.percent} % of users are in ${stage}: raise the share.`;
    case "changed":
      return (
        "Users who changed their password, address or name here, which the predecessor doesn't " +
        "know: " +
        `${obstacle.users}.`
      );
  }
}
