import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { SETTINGS, type SettingName } from "./schema.ts";

/** The characters of a realm's name. */
export const REALM = /^[a-z][a-z0-9-]{0,31}$/;
/** A time zone is required, so that a time means the same on every machine. */
export const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;
/** `Name <address>`, or an address alone. */
const ADDRESS = String.raw`[^\s<>@,;"]+@[^\s<>@,;"]+`;
const SENDER = new RegExp(
  String.raw`^(?:(?<name>[^<>"\p{Cc}]+)<(?<named>${ADDRESS})>|(?<bare>${ADDRESS}))$`,
  "u",
);

/** A name and an address, as an e-mail's From shows them. */
export interface MailSender {
  readonly name: string;
  readonly address: string;
}

/** Reads settings from the environment and collects what is wrong with them. */
export class SettingReader {
  readonly problems: string[] = [];
  readonly #environment: NodeJS.ProcessEnv;

  constructor(environment: NodeJS.ProcessEnv) {
    this.#environment = environment;
  }

  problem(name: SettingName, why: string): void {
    this.problems.push(`${name} ${why}`);
  }

  /** The value as set; empty when not set. */
  raw(name: SettingName): string {
    return this.#environment[name]?.trim() ?? "";
  }

  isSet(name: SettingName): boolean {
    return this.raw(name) !== "";
  }

  /** The value as set, or the default. */
  text(name: SettingName): string {
    return this.raw(name) || SETTINGS[name][1];
  }

  integer(
    name: SettingName,
    [min, max]: readonly [number, number],
    fallback: string = SETTINGS[name][1],
  ): number {
    const value = Number(this.raw(name) || fallback);
    if (!Number.isInteger(value) || value < min || value > max)
      this.problem(name, `must be a whole number from ${min} to ${max}`);
    return value;
  }

  choice<Choice extends string>(name: SettingName, ...choices: readonly Choice[]): Choice {
    const value = this.text(name);
    if (!choices.includes(value as Choice))
      this.problem(name, `must be one of ${choices.join(", ")}`);
    return value as Choice;
  }

  isOn(name: SettingName): boolean {
    return this.choice(name, "on", "off") === "on";
  }

  list(name: SettingName): string[] {
    return this.raw(name)
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== "");
  }

  url(name: SettingName, protocols: readonly string[]): string {
    const value = this.raw(name);
    if (!URL.canParse(value) || !protocols.includes(new URL(value).protocol)) {
      const starts = protocols.map((protocol) => `${protocol}//`).join(" or ");
      this.problem(name, `must be a URL that begins with ${starts}`);
    }
    return value;
  }

  /** A date, or a date with time and zone, in milliseconds since 1970. */
  time(name: SettingName): number | undefined {
    if (!this.isSet(name)) return undefined;
    const time = TIME.test(this.raw(name)) ? Date.parse(this.raw(name)) : Number.NaN;
    if (Number.isNaN(time))
      this.problem(name, "must be a time such as 2030-12-31 or 2030-12-31T18:00:00Z");
    return time;
  }

  file(name: SettingName): Buffer | undefined {
    if (!this.isSet(name)) return undefined;
    try {
      return readFileSync(this.raw(name));
    } catch {
      this.problem(name, "names a file that can't be read");
      return undefined;
    }
  }

  origins(name: SettingName): string[] {
    const origins = this.list(name);
    for (const origin of origins)
      if (!URL.canParse(origin) || new URL(origin).origin !== origin)
        this.problem(name, `holds ${origin}, which is no origin such as https://example.com`);
    return origins;
  }

  /** Names of hosts in lower case, in their ASCII form. */
  domains(name: SettingName): string[] {
    const domains = this.list(name);
    for (const domain of domains)
      if (URL.parse(`https://${domain}/`)?.hostname !== domain)
        this.problem(name, `holds ${domain}, which is no domain such as example.com`);
    return domains;
  }

  realm(name: SettingName): string {
    const realm = this.text(name);
    if (!REALM.test(realm))
      this.problem(name, "must be lower-case letters, digits and hyphens, at most 32");
    return realm;
  }

  /** Addresses and networks. */
  networks(name: SettingName): string[] {
    const networks = this.list(name);
    for (const network of networks) {
      const [address = "", bits, ...more] = network.split("/");
      const version = isIP(address);
      const most = version === 4 ? 32 : 128;
      const fits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
      if (version === 0 || !fits || more.length > 0)
        this.problem(
          name,
          `holds ${network}, which is no address and no network such as 10.0.0.0/8`,
        );
    }
    return networks;
  }

  /** An SMTP server; credentials are optional, but a user needs a password. */
  mailServer(name: SettingName): URL | undefined {
    if (!this.isSet(name)) return undefined;
    const server = URL.parse(this.raw(name));
    const isServer =
      server !== null &&
      /^smtps?:$/.test(server.protocol) &&
      server.hostname !== "" &&
      server.pathname.length < 2 &&
      server.search + server.hash === "" &&
      (server.username === "") === (server.password === "");
    if (!isServer)
      this.problem(
        name,
        "must be smtp://host or smtps://host, with a user and a password or with neither",
      );
    return server ?? undefined;
  }

  sender(name: SettingName): MailSender {
    const sender = SENDER.exec(this.text(name))?.groups;
    if (sender === undefined)
      this.problem(
        name,
        "must be an e-mail address, or a name and an address such as: " +
          "Latchkey <no-reply@example.com>",
      );
    return {
      name: sender?.["name"]?.trim() ?? "",
      address: sender?.["named"] ?? sender?.["bare"] ?? "",
    };
  }
}
