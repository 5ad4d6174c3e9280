import { type ListClientsRequest, ClientType } from "../../../gen/identity/v1/oauth_pb.ts";
import { invalidField } from "../../domain/errors.ts";
import type { ClientQuery } from "../../domain/oauth/clients/client-list.ts";

/** The orders of `order_by` (AIP-132). */
const ORDERS: Readonly<Record<string, ClientQuery["order"]>> = {
  "": { by: "id", isDescending: false },
  create_time: { by: "createdAt", isDescending: false },
  "create_time desc": { by: "createdAt", isDescending: true },
  name: { by: "name", isDescending: false },
  "name desc": { by: "name", isDescending: true },
};

/** Reads the filters and the order of ListClients. */
export function clientQueryOf({
  ownerId,
  disabled,
  verified,
  type,
  api,
  text,
  orderBy,
}: ListClientsRequest): ClientQuery {
  const order = Object.hasOwn(ORDERS, orderBy) ? ORDERS[orderBy] : undefined;
  if (order === undefined)
    throw invalidField("order_by", "must be create_time or name, each also with desc");
  const given = (value: string): string | undefined => (value === "" ? undefined : value);
  return {
    order,
    filter: {
      ownerId: given(ownerId),
      isDisabled: disabled,
      isVerified: verified,
      isPublic: type === ClientType.UNSPECIFIED ? undefined : type === ClientType.PUBLIC,
      api: given(api),
      text: given(text),
    },
  };
}
