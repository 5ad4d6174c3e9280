import { type SignedIn, unique, type UsedServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";

export const PASSWORD = "correct horse battery";

/** Returns how a user registers and signs in by the pages. */
export function signUpPages(used: UsedServer) {
  async function signedIn(user: Pick<SignedIn, "email" | "password">): Promise<Agent> {
    const agent = new Agent(used.url);
    await agent.signIn(user);
    return agent;
  }

  async function register(
    username: string,
    { email = `${unique()}@example.com`, language = "en" } = {},
  ): Promise<{ status: number; page: string }> {
    const agent = new Agent(used.url);
    await agent.get("/sign-up");
    const { status } = await agent.post(
      "/sign-up",
      { email, username, password: PASSWORD },
      { "accept-language": language },
    );
    return { status, page: agent.page };
  }
  return { signedIn, register };
}
