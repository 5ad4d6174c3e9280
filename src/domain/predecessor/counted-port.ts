import { ticks } from "../clock.ts";
import type { PredecessorPort } from "./port.ts";

/** How one question to a predecessor went. */
export interface Ask {
  readonly api: string;
  /** Whether it could not be asked, or answered what isn't documented. */
  readonly failed: boolean;
  readonly milliseconds: number;
}

/** Returns the port; reports how each question went that the predecessor was asked. */
export function countedPort(port: PredecessorPort, onAsk: (ask: Ask) => void): PredecessorPort {
  /** Reports a question; `hasFailed` returns undefined when nothing was asked. */
  async function counted<Answer>(
    api: string,
    asking: Promise<Answer>,
    hasFailed: (answer: Answer) => boolean | undefined,
  ): Promise<Answer> {
    const startedAt = ticks();
    const answer = await asking;
    const failed = hasFailed(answer);
    if (failed !== undefined) onAsk({ api, failed, milliseconds: ticks() - startedAt });
    return answer;
  }
  return {
    signIn: (api, user) =>
      counted(api, port.signIn(api, user), (answer) => answer && answer.kind === "unavailable"),
    register: (api, user) =>
      counted(api, port.register(api, user), (answer) => answer && answer.kind === "unavailable"),
    end: (api, kind, user) =>
      counted(api, port.end(api, kind, user), (done) => (done === undefined ? undefined : !done)),
    pair: (api, user, makes) =>
      counted(api, port.pair(api, user, makes), (pair) => pair && pair === "unavailable"),
  };
}
