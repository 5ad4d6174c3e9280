import { letterTo } from "../../email/mailbox.ts";
import type { SignedIn, UsedServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";

/** Returns what a user does with an address: on the account page and by links in e-mails. */
export function emailPages(used: UsedServer) {
  const newest = (email: string, count = 1) => letterTo(used.server.mailFolder, email, count);

  const tokenIn = ({ link }: { link: string }): string => new URL(link).searchParams.get("token")!;

  const shown = async ({ id }: { id: string }) =>
    (await used.administrator.users.getUser({ userId: id })).user!;

  /** Follows a link to its end, with a password where one is asked for. */
  async function follow(
    link: string,
    password: string,
    agent = new Agent(used.url),
  ): Promise<Response> {
    await agent.get(new URL(link).pathname + new URL(link).search);
    const asks = agent.page.includes('name="password"');
    if (agent.hidden("form_token") === "") await agent.get("/forgot-password");
    return agent.post("/verify-email", { token: tokenIn({ link }), ...(asks && { password }) });
  }

  async function signedIn(user: SignedIn): Promise<Agent> {
    const agent = new Agent(used.url);
    await agent.signIn(user);
    return agent;
  }

  /** Asks for another address; answers the page's status. */
  async function change(agent: Agent, email: string, password: string): Promise<number> {
    await agent.get("/account/email");
    return (await agent.post("/account/email", { email, password })).status;
  }
  return { newest, tokenIn, shown, follow, signedIn, change };
}
