// Latchkey's transcoder alone: paths, forms and JSON by the contract, in front of methods that do
// nothing.
import { create } from "@bufbuild/protobuf";
import { GetUserResponseSchema, UserService } from "../../gen/identity/v1/user_pb.ts";
import { KokidsService, LoginResponseSchema } from "../../gen/legacy/kokids/v1/kokids_pb.ts";
import { pipeline } from "../../src/http/pipeline.ts";
import { listen } from "../../src/http/server/listen.ts";
import { createTranscoder } from "../../src/http/transcoding/transcoder.ts";
import { announce, TOKEN, USER } from "./announce.ts";

const login = create(LoginResponseSchema, { token: TOKEN });
const user = create(GetUserResponseSchema, USER);
const transcoder = createTranscoder({
  services: [KokidsService, UserService],
  invoke: async ({ method }: { method: object }) =>
    method === UserService.method.getUser ? user : login,
  now: () => 0,
  errorDomain: "bench",
});
const { port } = await listen({
  host: "127.0.0.1",
  port: 0,
  handler: pipeline([transcoder.answer, transcoder.refuse]),
});
announce(port);
