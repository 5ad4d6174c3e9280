// Two servers on one database, on each engine: concurrent calls take effect once.
import { describe } from "vitest";
import { stores } from "../mariadb.ts";
import { ended } from "./ended.ts";
import { invitations } from "./invitations.ts";
import { passwords } from "./passwords.ts";
import { registrations } from "./registrations.ts";
import { tokens } from "./tokens.ts";
import { useTwoServers } from "./two-servers.ts";

describe.each(stores)("on $engine", ({ engine }) => {
  const two = useTwoServers(engine);
  describe("registrations", () => registrations(two));
  describe("tokens", () => tokens(two));
  describe("passwords", () => passwords(two));
  describe("invitations", () => invitations(two));
  describe("ends", () => ended(two));
});
