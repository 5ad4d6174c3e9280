// What the small servers of the measurement share: what they answer with, and how they say where
// they listen.
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { GetUserResponseSchema } from "../../gen/identity/v1/user_pb.ts";
import { UserState } from "../../gen/identity/v1/model_pb.ts";

/** A user of the usual size. */
export const USER = {
  user: {
    id: "01234567-89ab-7cde-8f01-23456789abcd",
    realm: "default",
    username: "user-1",
    email: "user-1@example.com",
    state: UserState.ACTIVE,
    createTime: { seconds: 1_760_000_000n },
    updateTime: { seconds: 1_760_000_000n },
  },
} satisfies MessageInitShape<typeof GetUserResponseSchema>;

export const TOKEN = "lk_0123456789abcdefghijklmnopqrstuvwxyz";

export const announce = (port: number, scheme = "http"): boolean =>
  process.stdout.write(`ready ${JSON.stringify({ url: `${scheme}://127.0.0.1:${port}` })}\n`);
