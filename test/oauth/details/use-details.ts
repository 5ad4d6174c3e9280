// Types of authorization details (RFC 9396) and resources that have them, for tests.
import type { DetailType } from "../../../src/domain/oauth/details/detail-type.ts";
import type { Resource } from "../../../src/domain/oauth/resources/resource.ts";
import { systemClock } from "../../../src/domain/clock.ts";
import { newId } from "../../../src/domain/ids.ts";
import type { UsedServer } from "../../use-server.ts";
import { addResource, scopesOf } from "../resources/use-resources.ts";

/** A JSON object. */
export type Detail = Readonly<Record<string, unknown>> & { readonly type: string };

const NOTHING = { actions: [], datatypes: [], privileges: [], hasIdentifier: false, members: [] };

/** A type that has every kind of member. */
export const payment = (name: string): DetailType => ({
  name,
  texts: { en: "make a payment", ru: "сделать платёж", zh: "付款" },
  actions: ["initiate", "status", "cancel"],
  datatypes: [],
  privileges: [],
  hasIdentifier: true,
  members: [
    { name: "amount", kind: "object", isRequired: true },
    { name: "creditor", kind: "string", isRequired: true },
    { name: "retries", kind: "number", isRequired: false },
    { name: "urgent", kind: "boolean", isRequired: false },
  ],
});

/** A type that has lists only. */
export const reading = (name: string): DetailType => ({
  ...NOTHING,
  name,
  texts: { en: "", ru: "", zh: "" },
  datatypes: ["balances", "owners"],
  privileges: ["reader", "auditor"],
});

/** Two resources with a type each, and a detail of each. */
export interface Bank {
  readonly payments: Resource;
  readonly accounts: Resource;
  readonly pay: Detail;
  readonly read: Detail;
}

export async function aBank(used: UsedServer, given: Partial<Resource> = {}): Promise<Bank> {
  const name = newId(systemClock);
  const [pays, reads] = [`https://bank.example/${name}/payment`, `accounts-${name}`];
  const scopes = scopesOf("transfers");
  return {
    payments: await addResource(used, {
      name: "Payments",
      scopes,
      detailTypes: [payment(pays)],
      ...given,
    }),
    accounts: await addResource(used, {
      name: "Accounts",
      scopes,
      detailTypes: [reading(reads)],
      ...given,
    }),
    pay: {
      type: pays,
      actions: ["initiate", "status"],
      creditor: "Merchant A",
      amount: { currency: "EUR", value: "123.50" },
    },
    read: { type: reads, datatypes: ["balances", "owners"], privileges: ["reader"] },
  };
}

/** The details as they are granted: each has the resources that it is for. */
export const granted = ({ payments, accounts, pay, read }: Bank): readonly Detail[] => [
  { ...pay, locations: [payments.uri] },
  { ...read, locations: [accounts.uri] },
];

export const textOf = (...details: readonly unknown[]): string => JSON.stringify(details);
