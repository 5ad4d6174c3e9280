import { describe, expect, test } from "vitest";
import { unique, useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";

const PASSWORD = "correct horse battery";

describe("without a mail server", () => {
  const used = useServer();

  test("an account is there at once, which security.md says tells", async () => {
    const agent = new Agent(used.url);
    await agent.get("/sign-up");
    const email = `${unique()}@example.com`;
    expect(
      (await agent.post("/sign-up", { email, username: unique(), password: PASSWORD })).headers.get(
        "location",
      ),
    ).toBe("/sign-in?notice=registered");
    expect((await agent.signIn({ email, password: PASSWORD })).status).toBe(303);
    await agent.get("/sign-up?notice=sent");
    expect(agent.page).toContain("Create an account");
  });
});
