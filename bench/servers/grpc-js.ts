// A bare server of @grpc/grpc-js with two unary methods, without a check or a database.
import { create } from "@bufbuild/protobuf";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import {
  Health,
  HealthCheckResponse_ServingStatus as Status,
  HealthCheckResponseSchema,
} from "../../gen/grpc/health/v1/health_pb.ts";
import { GetUserResponseSchema, UserService } from "../../gen/identity/v1/user_pb.ts";
import { definitionOf } from "../../test/clients/grpc-js.ts";
import { announce, USER } from "./announce.ts";

const user = create(GetUserResponseSchema, USER);
const server = new Server();
server.addService(
  { getUser: definitionOf(UserService.method.getUser) },
  {
    getUser: (_call: unknown, callback: (error: null, answer: typeof user) => void) =>
      callback(null, user),
  },
);
const serving = create(HealthCheckResponseSchema, { status: Status.SERVING });
server.addService(
  { check: definitionOf(Health.method.check) },
  {
    check: (_call: unknown, callback: (error: null, answer: typeof serving) => void) =>
      callback(null, serving),
  },
);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  announce(port);
});
