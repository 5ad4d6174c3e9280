import type { ForwardedLimits } from "../domain/predecessor/forwarded-limits.ts";
import type { Stage } from "../domain/predecessor/stage.ts";
import { isForm, parameterOf, type StagedCall, userOf } from "./decision.ts";
import type { PredecessorReply } from "./exchange.ts";

/** Who makes a call, and when. */
interface Caller {
  readonly stage: Stage;
  readonly realm: string;
  readonly address: string;
}

/** A page answers a wrong password by the page itself, so only a redirection is a sign-in. */
const hasEntered = ({ status }: PredecessorReply): boolean => status >= 300 && status < 400;
const isRight = ({ status }: PredecessorReply): boolean => status < 400;

/** Returns whether a forwarded call has a password, whose check the limits count. */
export const isLimitedSignIn = ({ kind }: StagedCall["route"], stage: Stage): boolean =>
  stage !== "mirror" && kind === "sign-in";

/**
 * Sends a call to the predecessor. In `mirror` the predecessor decides; in the other stages the
 * limits of Latchkey hold for what a client could guess.
 */
export function sendWithin(
  limits: ForwardedLimits,
  call: StagedCall,
  { stage, realm, address }: Caller,
  ask: () => Promise<PredecessorReply | undefined>,
): Promise<PredecessorReply | undefined> {
  if (stage === "mirror") return ask();
  if (call.route.kind === "redemption") {
    const clientId = parameterOf(call, "application");
    const clientSecret = parameterOf(call, "secret");
    return limits.redeem({ clientId, clientSecret, address }, { ask, isRight });
  }
  const { email, username } = userOf(call);
  if (isLimitedSignIn(call.route, stage))
    return limits.signIn({ realm, email, username, address }, { ask, isRight });
  if (isForm(call.route))
    return limits.signIn({ realm, email, username, address }, { ask, isRight: hasEntered });
  return ask();
}
