import { expect } from "vitest";
import type { SignedIn, UsedServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";

export const ORIGINAL = "https://app.example/callback";

/** A developer and the browser in which the developer has signed in. */
export interface Developer extends SignedIn {
  readonly agent: Agent;
}

/** Returns what a developer does on the pages of the console. */
export function consolePages(used: UsedServer) {
  async function aDeveloper(): Promise<Developer> {
    const user = await used.signUp();
    const agent = new Agent(used.url);
    await agent.signIn(user);
    await agent.get("/developer");
    expect((await agent.post("/developer/become", {})).headers.get("location")).toBe("/developer");
    return { ...user, agent };
  }

  /** The values that a page shows to be copied. */
  const shown = ({ page }: Agent): string[] =>
    [...page.matchAll(/<pre class="whole">([^<]*)<\/pre>/g)].map(([, text]) => text!);

  /** Registers by the page; answers id and secret. */
  async function register(
    { agent }: Developer,
    fields: Record<string, string> = {},
  ): Promise<{ id: string; secret: string; sent: Record<string, string>; response: Response }> {
    const kind = fields["kind"] ?? "web";
    await agent.get(`/developer/register?kind=${kind}`);
    const sent = {
      registration: agent.hidden("registration"),
      name: "Reading room",
      kind,
      acts_for_itself: "on",
      redirect_uris: ORIGINAL,
      scope_profile: "on",
      ...fields,
    };
    const response = await agent.post("/developer/register", sent);
    const [id = "", secret = ""] = shown(agent);
    return { id, secret, sent, response };
  }
  return { aDeveloper, shown, register };
}
