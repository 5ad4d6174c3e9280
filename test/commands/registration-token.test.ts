// `latchkey client registration-token`, beside a running server.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NATIVE, registerItself } from "../oauth/registration/calls.ts";
import { type Installation, install, type Latchkey, runWarm } from "../process/latchkey.ts";

describe("a token from the command line", () => {
  const setting = { CLIENT_REGISTRATION: "token" };
  let installation: Installation;
  let server: Latchkey;
  beforeAll(async () => {
    installation = await install("sqlite");
    server = await installation.start({ LOG_LEVEL: "silent", ...setting });
  });
  afterAll(async () => {
    await server.stop();
    await installation.remove();
  });
  const make = (environment: Readonly<Record<string, string>>, ...words: string[]) =>
    runWarm(["client", "registration-token", ...words], {
      ...installation.environment,
      ...environment,
    });

  test("registers as many clients as it was made for", async () => {
    const { code, stdout } = await make(setting, "--uses", "2", "--lifetime", "1h");
    const made = JSON.parse(stdout) as Readonly<Record<string, string>>;
    expect([code, made["uses"]]).toEqual([0, 2]);
    const statuses: number[] = [];
    for (let time = 0; time < 3; time++)
      statuses.push(
        (await registerItself(server.url, NATIVE, made["initial_access_token"])).status,
      );
    expect(statuses).toEqual([201, 201, 401]);
  });

  test("isn't made beyond its limits, nor while the setting is off", async () => {
    for (const words of [
      ["--uses", "0"],
      ["--uses", "1001"],
      ["--lifetime", "31d"],
    ])
      expect((await make(setting, ...words)).code).toBe(1);
    const { code, stderr } = await make({ CLIENT_REGISTRATION: "off" });
    expect([code, stderr]).toEqual([1, expect.stringContaining("CLIENT_REGISTRATION is off")]);
  });
});
