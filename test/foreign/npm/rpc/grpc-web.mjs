import { createRequire } from "node:module";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { UserService } from "../../../../gen/identity/v1/user_pb.ts";
import { email, finish, password, url } from "../program.mjs";

const load = createRequire(import.meta.url);
// Node has no such class; a browser has.
globalThis.XMLHttpRequest = load("xhr2");
const { GrpcWebClientBase, MethodDescriptor, MethodType } = load("grpc-web");

/** A method as protoc-gen-grpc-web generates it. */
const descriptor = ({ name, parent, input, output }) =>
  new MethodDescriptor(
    `/${parent.typeName}/${name}`,
    MethodType.UNARY,
    Object,
    Object,
    (message) => toBinary(input, message),
    (bytes) => fromBinary(output, bytes),
  );
const client = new GrpcWebClientBase({ format: process.argv[2] ?? "text" });
const call = (method, value, metadata) =>
  client.unaryCall(
    `${url}/${method.parent.typeName}/${method.name}`,
    create(method.input, value),
    metadata,
    descriptor(method),
  );
const { signIn, getUser } = UserService.method;
const identifier = { case: "email", value: email };
const { accessToken } = await call(signIn, { identifier, password }, {});
const metadata = { Authorization: `Bearer ${accessToken}` };
finish("grpc-web", (await call(getUser, { userId: "me" }, metadata)).user);
