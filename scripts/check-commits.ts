import { execFileSync } from "node:child_process";

const MAX_SUBJECT_COLUMNS = 72;
const TYPED_SUBJECT =
  /^(build|chore|ci|docs|feat|fix|perf|refactor|revert|style|test)(\([\w-]+\))?!?: \S/;

/** The message of one commit. */
export interface CommitMessage {
  readonly subject: string;
  readonly body: string;
}

/** Returns what is wrong with a message; an empty list when it keeps the rule. */
export function findFaults({ subject, body }: CommitMessage): string[] {
  return [
    ...(subject.length > MAX_SUBJECT_COLUMNS
      ? [`has ${subject.length} columns, more than ${MAX_SUBJECT_COLUMNS}`]
      : []),
    ...(TYPED_SUBJECT.test(subject) ? [] : ["doesn't begin with a type, such as `fix(oauth): `"]),
    ...(subject.endsWith(".") ? ["ends in a full stop"] : []),
    ...(body.trim() === "" ? ["has no body that says why"] : []),
  ];
}

/**
 * Reads the messages of the commits since this file was added, without merges. Returns an empty
 * list in a copy without a history, such as an unpacked archive.
 */
function readMessages(): CommitMessage[] {
  const git = (...words: string[]): string =>
    execFileSync("git", words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    const rule = git("log", "--diff-filter=A", "--format=%H", "--", "scripts/check-commits.ts");
    const first = rule.split("\n").at(-1) ?? "";
    if (first === "") return [];
    const log = git("log", "--no-merges", "--format=%s%x00%b%x01", `${first}..HEAD`);
    return log
      .split("\u0001")
      .map((entry) => entry.trim().split("\u0000"))
      .filter(([subject]) => subject !== "")
      .map(([subject = "", body = ""]) => ({ subject, body }));
  } catch {
    return [];
  }
}

/** Returns every fault of every commit since the rule, one to a line. */
export const findWrongCommits = (): string[] =>
  readMessages().flatMap((message) =>
    findFaults(message).map((fault) => `"${message.subject}" ${fault}`),
  );
