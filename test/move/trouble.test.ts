// The predecessor is slow, down or lying: clients see documented answers all the same, and nothing
// is half kept.
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Behaviour, LIES } from "../predecessors/behaviour.ts";
import { type Person, personOf } from "../predecessors/people.ts";
import { type Predecessor, startPredecessor } from "../predecessors/start.ts";
import { Fleet } from "./fleet.ts";
import { FormClient } from "./form-client.ts";
import { type Sent, Witness } from "./witness.ts";

const TIMEOUT_MS = 500;
const ACTIVE = 30;
/** A circuit that has opened tries again within this time. */
const RECOVERY_MS = 60_000;
const TROUBLES: readonly (readonly [string, Partial<Behaviour>])[] = [
  ["down", { down: true }],
  ["slow", { delayMs: 4 * TIMEOUT_MS }],
  ...LIES.map((lie) => [`lying with ${lie}`, { lie }] as const),
];

let old: Predecessor;
let fleet: Fleet;
let client: FormClient;
const witness = new Witness();
/** The next user who has never come. */
let next = 0;

const newcomer = (): Person => personOf("kokids", next++, ACTIVE);

const signIn = ({ accId, email, password }: Person): Promise<Sent> =>
  client.send("POST /user/login", { AccID: accId, Email: email, Password: password });

const register = (name: string): Promise<Sent> =>
  client.send("POST /user/create", {
    AccID: name,
    Email: `${name}@kokids.example`,
    UserID: name,
    Password: `pass ${name}`,
    Bundle: "com.example.hair",
    OSInt: "1",
    GAID: "d",
  });

/** Ends the trouble, and waits until Latchkey asks the predecessor again. */
async function recover(): Promise<void> {
  await old.behave();
  const person = newcomer();
  for (const end = performance.now() + RECOVERY_MS; performance.now() < end; await delay(500))
    if ((await signIn(person)).status === 200) return;
  throw new Error("the predecessor is never asked again");
}

beforeAll(async () => {
  old = await startPredecessor({ api: "kokids", users: 2 * ACTIVE, active: ACTIVE });
  const settings = {
    KOKIDS_PREDECESSOR: old.url,
    KOKIDS_PREDECESSOR_TIMEOUT_MS: String(TIMEOUT_MS),
    SIGN_IN_NETWORK_FAILURES: "1000000",
    REGISTRATIONS_PER_NETWORK: "1000000",
    LOG_LEVEL: "info",
  };
  fleet = await Fleet.start("sqlite", settings, 1);
  client = new FormClient(fleet.urls[0]!, witness);
});

afterAll(async () => {
  client.close();
  await fleet.stop();
  await old.stop();
});

/** Sets the stage and waits until the process follows. */
const setStage = async (stage: string): Promise<void> => {
  await fleet.succeed("predecessor", "stage", "kokids", stage);
  await delay(1_100);
};

describe("in mirror", () => {
  beforeAll(() => setStage("mirror"));

  test.each(TROUBLES)("a predecessor that is %s", async (name, behaviour) => {
    const known = newcomer();
    expect((await signIn(known)).status).toBe(200);
    await old.behave(behaviour);
    expect((await signIn(known)).status).toBe(500);
    const id = `mirror-${name.replaceAll(" ", "-")}`;
    expect((await register(id)).status).toBe(500);
    await recover();
    expect(witness.faults).toEqual([]);
  });
});

describe("in fallback", () => {
  beforeAll(() => setStage("fallback"));

  test.each(TROUBLES)("a predecessor that is %s", async (name, behaviour) => {
    const known = newcomer();
    expect((await signIn(known)).status).toBe(200);
    await old.behave(behaviour);
    expect((await signIn(known)).status).toBe(200);
    expect((await signIn(newcomer())).status).toBe(401);
    const id = `fallback-${name.replaceAll(" ", "-")}`;
    expect((await register(id)).status).toBe(500);
    const made = { ...known, accId: id, email: `${id}@kokids.example`, password: `pass ${id}` };
    expect((await signIn(made)).status).toBe(401);
    await recover();
    // Where the predecessor had taken the registration, its conflict is the answer.
    expect([200, 409]).toContain((await register(id)).status);
    expect((await signIn(made)).status).toBe(200);
    expect(witness.faults).toEqual([]);
  });
});
