import type { DocumentedApiName } from "../../config/documented-apis.ts";
import type { Learning } from "../../domain/predecessor/learning.ts";
import type { Learner } from "../learner.ts";
import type { FactsOf } from "./documented-api.ts";
import { kokidsFacts } from "./kokids.ts";
import { secretpairFacts } from "./secretpair.ts";
import { senlerFacts } from "./senler.ts";
import { zimoxyFacts } from "./zimoxy.ts";

/** How the answers of each API are read. */
export const FACTS: Readonly<Partial<Record<DocumentedApiName, FactsOf>>> = {
  kokids: kokidsFacts,
  secretpair: secretpairFacts,
  zimoxy: zimoxyFacts,
  senler: senlerFacts,
};

/** Returns a learner that gives the facts of each exchange to the domain. */
export const createLearner = (
  learning: Learning,
  realmOf: (api: DocumentedApiName) => string,
): Learner => ({
  async learn(exchange, at) {
    const { api, isClear, isCounted = false } = exchange;
    if (!isClear) return;
    for (const fact of FACTS[api]?.(exchange, realmOf(api)) ?? [])
      await learning.learn(api, fact.kind === "wrong-password" ? { ...fact, isCounted } : fact, at);
  },
});
