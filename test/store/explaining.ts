import { type KyselyPlugin, type RawNode, sql, type UnknownRow } from "kysely";

type Engine = "sqlite" | "mysql";

/** Asks how queries would be done instead of doing them; `plan` gets the rows of the last one. */
export const explaining = (engine: Engine, plan: UnknownRow[]): KyselyPlugin => ({
  transformQuery: ({ node }) => {
    if (node.kind === "RawNode") return explainedText(engine, node as RawNode);
    return {
      ...node,
      ...(node.kind === "SelectQueryNode" && {
        explain: {
          kind: "ExplainNode",
          format: undefined,
          options: engine === "sqlite" ? sql`query plan`.toOperationNode() : undefined,
        },
      }),
    };
  },
  transformResult: async ({ result }) => (plan.push(...result.rows), { ...result, rows: [] }),
});

function explainedText(engine: Engine, { sqlFragments, ...node }: RawNode): RawNode {
  const [first = "", ...rest] = sqlFragments;
  const asked = engine === "sqlite" ? "explain query plan" : "explain";
  return { ...node, sqlFragments: [`${asked} ${first.trimStart()}`, ...rest] };
}

/** Returns whether nothing is sorted. */
export const isSorted = (plan: readonly UnknownRow[]): boolean =>
  !/filesort|temp b-tree/i.test(JSON.stringify(plan));

/** Returns the indexes of a plan, in its order. */
export const indexesOf = (engine: Engine, plan: readonly UnknownRow[]): string[] =>
  engine === "sqlite"
    ? plan.flatMap(
        ({ detail }) => /USING (?:COVERING )?INDEX (\w+)/.exec(String(detail))?.[1] ?? [],
      )
    : plan.flatMap(({ key }) => (typeof key === "string" ? key : []));
