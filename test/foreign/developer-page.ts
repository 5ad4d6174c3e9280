// The page of the developer console from which the code is taken.
import { Agent } from "../web/agent.ts";
import type { Person } from "./visitor.ts";

const UNESCAPED: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&amp;": "&",
};

/** Returns each piece of code on the page, by its name. */
export const codeOf = (page: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...page.matchAll(/<pre id="([\w-]+)">([^<]*)<\/pre>/g)].map(([, name, text]) => [
      name,
      text!.replaceAll(/&(?:lt|gt|quot|#39|amp);/g, (entity) => UNESCAPED[entity]!),
    ]),
  );

/** Returns the code that a developer finds for an application. */
export async function readDeveloperPage(
  url: string,
  developer: Person,
  clientId: string,
): Promise<Readonly<Record<string, string>>> {
  const agent = new Agent(url);
  await agent.signIn(developer);
  await agent.get(`/developer/application/snippets?id=${clientId}`);
  return codeOf(agent.page);
}
