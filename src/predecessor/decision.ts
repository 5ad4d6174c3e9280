import type { Ownership } from "../domain/predecessor/ownership.ts";
import type { Stage, StageIdentifiers, StageSetting } from "../domain/predecessor/stage.ts";
import { claimOf, madeAtOf } from "./apis/documented-api.ts";
import type { StagedRoute } from "./routes.ts";

/** A call that has stages, and what it says. */
export interface StagedCall {
  readonly route: StagedRoute;
  readonly parameters: ReadonlyMap<string, string>;
  /** All values of a name: which of them the predecessor takes is unknown. */
  readonly all: (name: string) => readonly string[];
  /** Whether the call can be read in one way only. */
  readonly isClear: boolean;
  readonly authorization: string;
}

/** A call that may mean more users than this is refused here, since each is looked up. */
const MAX_MEANINGS = 8;

/** In which stage a call is. */
interface Circumstances {
  readonly setting: StageSetting;
  readonly stage: Stage;
  readonly realm: string;
}

export interface DecisionOptions {
  readonly ownership: Ownership;
  /** Whether a token works here, also one that the predecessor has made. */
  readonly acceptsToken: (token: string) => Promise<boolean>;
  /** How long before its end a token of the predecessor was made, if it doesn't say so itself. */
  readonly tokenLifetimeMs: number;
  readonly now: () => number;
}

/** Returns a parameter that a route names; empty without one. */
export const parameterOf = (
  { route, parameters }: Pick<StagedCall, "route" | "parameters">,
  name: "accId" | "email" | "username" | "application" | "secret",
): string => parameters.get(route[name] ?? "") ?? "";

/** Returns what a call says of its user. The page before a form didn't know who would fill it. */
export const identifiersOf = (call: StagedCall): StageIdentifiers => ({
  ...(call.route.kind !== "page" && userOf(call)),
  parameters: call.parameters,
});

/** Returns whom a call names, also the form of a page. */
export const userOf = (call: StagedCall) => ({
  accId: parameterOf(call, "accId"),
  email: parameterOf(call, "email"),
  username: parameterOf(call, "username"),
});

/** Returns whether a call is the form of a page. Our own forms have paths of their own. */
export const isForm = ({ kind, route }: StagedRoute): boolean =>
  kind === "page" && route.startsWith("POST ");

/**
 * Returns whether limits can count a call: it has one reading, and names the one user or the
 * application whose secret it has. Latchkey refuses a call that doesn't.
 */
function isCountable(call: StagedCall): boolean {
  const { kind, route } = call.route;
  const { email, username } = userOf(call);
  if (kind === "redemption") {
    const [application, secret] = [parameterOf(call, "application"), parameterOf(call, "secret")];
    return call.isClear && application !== "" && secret !== "";
  }
  if (kind === "sign-in") return call.isClear && (email === "") !== (username === "");
  if (!isForm(call.route)) return true;
  // A registration names its user twice; the fields of other pages may have any names.
  const isTwofold = email !== "" && username !== "" && !route.includes("register");
  return call.isClear && !isTwofold;
}

/** Returns what decides whether the predecessor answers a call, or Latchkey. */
export function createDecision({ ownership, acceptsToken, tokenLifetimeMs, now }: DecisionOptions) {
  async function isForwarded(call: StagedCall, circumstances: Circumstances): Promise<boolean> {
    const { route, parameters } = call;
    const { setting, stage, realm } = circumstances;
    if (stage !== "mirror" && !isCountable(call)) return false;
    if (await ownership.hasSwitchedOff(parameterOf(call, "application"))) return false;
    const code = parameters.get(route.code?.parameter ?? "") ?? "";
    // A code is redeemed where it was made, for as long as it lives.
    if (route.code !== undefined && code !== "") {
      if (await ownership.ofCode(code)) return false;
      if (stage !== "own") return true;
      return setting.stage !== "own" || now() < setting.changedAt + route.code.lifetimeMs;
    }
    if (stage === "own") return false;
    const token = call.authorization.replace(/^bearer +/i, "");
    const isToken = token !== "" && route.api !== "zimoxy";
    if (!isForm(route) && isToken && (await ownership.ofToken(token))) return false;
    if (stage === "mirror") return isOfMirror(call, realm);
    if (route.kind === "profile") return token !== "" && isUnknown(token, realm);
    return isOfFallback(call, realm);
  }

  async function isOfMirror(call: StagedCall, realm: string): Promise<boolean> {
    if (await mayBeOurs(call, realm)) return false;
    if (isForm(call.route)) return true;
    const application = parameterOf(call, "application");
    return application === "" || !(await ownership.ofApplication(application));
  }

  /** Returns whether a call may name a user whose password only Latchkey knows. */
  async function mayBeOurs({ route, all }: StagedCall, realm: string): Promise<boolean> {
    const valuesOf = (name = ""): readonly string[] => (all(name).length > 0 ? all(name) : [""]);
    const [emails, usernames] = [valuesOf(route.email), valuesOf(route.username)];
    if (emails.length * usernames.length > MAX_MEANINGS) return true;
    for (const email of emails)
      for (const username of usernames)
        if (await ownership.ofUser(realm, { email, username })) return true;
    return false;
  }

  /** In `fallback` only what Latchkey can't know is the predecessor's. */
  async function isOfFallback(call: StagedCall, realm: string): Promise<boolean> {
    const application = parameterOf(call, "application");
    const isUnknownApplication =
      application !== "" && !(await ownership.knowsApplication(application));
    if (!isForm(call.route) && !isUnknownApplication) return false;
    return !(await ownership.decidesOn(realm, userOf(call)));
  }

  /** Returns whether only the predecessor can know a token. */
  async function isUnknown(text: string, realm: string): Promise<boolean> {
    if (await acceptsToken(text)) return false;
    const [email, username] = [claimOf(text, "email"), claimOf(text, "username")];
    const madeAt = madeAtOf(text, tokenLifetimeMs);
    return !(await ownership.hasEnded(realm, { text, email, username, madeAt }));
  }

  return isForwarded;
}
