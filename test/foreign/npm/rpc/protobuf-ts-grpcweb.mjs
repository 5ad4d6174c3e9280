import { GrpcWebFetchTransport } from "@protobuf-ts/grpcweb-transport";
import { email, finish, password, url } from "../program.mjs";
import { signInBy } from "./protobuf-ts-user.mjs";

const format = process.argv[2] ?? "binary";
const transport = new GrpcWebFetchTransport({ baseUrl: url, format });
finish("@protobuf-ts/grpcweb-transport", await signInBy(transport, { email, password }));
