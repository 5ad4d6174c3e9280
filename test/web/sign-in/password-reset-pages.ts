import { letterTo } from "../../email/mailbox.ts";
import type { UsedServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";

/** Returns what a user without a password does. */
export function passwordResetPages(used: UsedServer) {
  /** Asks for a letter, as a visitor from a network of their own would. */
  async function ask(
    email: string,
    headers: Record<string, string> = {},
    agent = new Agent(used.url),
  ): Promise<Response> {
    await agent.get("/forgot-password");
    return agent.post("/forgot-password", { email }, headers);
  }

  /** The token of the newest of so many letters. */
  const tokenFor = async (email: string, count = 1): Promise<string> =>
    new URL((await letterTo(used.server.mailFolder, email, count)).link).searchParams.get("token")!;

  /** Follows a link and sets a password. */
  async function reset(
    token: string,
    password: string,
    agent = new Agent(used.url),
  ): Promise<Response> {
    await agent.get(`/reset-password?token=${token}`);
    // A page that shows no form still gives a token to forms.
    if (agent.hidden("form_token") === "") await agent.get("/forgot-password");
    return agent.post("/reset-password", { token, password });
  }

  const signsIn = async (email: string, password: string): Promise<boolean> =>
    (await new Agent(used.url).signIn({ email, password })).status === 303;
  return { ask, tokenFor, reset, signsIn };
}
