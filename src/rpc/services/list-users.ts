import type { ListUsersRequest } from "../../../gen/identity/v1/user_pb.ts";
import {
  EVERY_STATE,
  type UserLists,
  type UserOrder,
} from "../../domain/accounts/lists/user-lists.ts";
import type { Users } from "../../domain/accounts/users.ts";
import { IdentityError } from "../../domain/errors.ts";
import type { User } from "../../domain/model.ts";
import { fromState } from "./messages.ts";

/** The fields of `order_by`. */
const KEYS = { create_time: "createdAt", username: "username", email: "emailKey" } as const;

/** Reads an order that the contract has checked. */
function orderOf(orderBy: string): UserOrder | undefined {
  if (orderBy === "") return undefined;
  const [field, direction] = orderBy.split(" ");
  return { by: KEYS[field as keyof typeof KEYS], isDescending: direction === "desc" };
}

interface Listed {
  readonly users: readonly User[];
  readonly nextPageToken: string;
  readonly totalSize?: number;
}

/** Lists users by their exact values, by a part of them, or in an order. */
export async function listUsers(
  { users, userLists }: { readonly users: Users; readonly userLists: UserLists },
  request: Omit<ListUsersRequest, "$typeName">,
): Promise<Listed> {
  const { realm, email, username, contains, orderBy, withTotalSize } = request;
  const state = fromState(request.state);
  const isExact = email !== "" || username !== "";
  if (isExact && (contains !== "" || orderBy !== ""))
    throw new IdentityError("FIELD_INVALID", "A search for one value has no order and no part.", {
      fields: [
        {
          field: contains === "" ? "order_by" : "contains",
          description: "is not together with email or username",
        },
      ],
    });
  const selection = {
    realm,
    states: state === undefined ? EVERY_STATE.filter((each) => each !== "deleted") : [state],
    order: orderOf(orderBy),
    contains,
  };
  const page = await (contains === "" && orderBy === ""
    ? users.list({ ...request, state })
    : userLists.list(selection, request));
  const total = isExact || !withTotalSize ? undefined : await userLists.total(selection);
  return {
    users: page.items,
    nextPageToken: page.nextPageToken,
    ...(total !== undefined && { totalSize: total.count + Number(total.isMore) }),
  };
}
