// The part of identity.v1.UserService that is called here, as @protobuf-ts/plugin generates it.
import { MessageType, ScalarType } from "@protobuf-ts/runtime";
import { ServiceType } from "@protobuf-ts/runtime-rpc";

const text = (no, name, more = {}) => ({ no, name, kind: "scalar", T: ScalarType.STRING, ...more });
const User = new MessageType("identity.v1.User", [text(1, "id"), text(3, "username")]);
const SignInRequest = new MessageType("identity.v1.SignInRequest", [
  text(2, "email", { oneof: "identifier" }),
  text(3, "password"),
]);
const SignInResponse = new MessageType("identity.v1.SignInResponse", [text(1, "access_token")]);
const GetUserRequest = new MessageType("identity.v1.GetUserRequest", [text(1, "user_id")]);
const GetUserResponse = new MessageType("identity.v1.GetUserResponse", [
  { no: 1, name: "user", kind: "message", T: () => User },
]);
const service = new ServiceType("identity.v1.UserService", [
  { name: "SignIn", I: SignInRequest, O: SignInResponse },
  { name: "GetUser", I: GetUserRequest, O: GetUserResponse },
]);
const [signIn, getUser] = service.methods;

/** Signs the user in over a transport. Returns the user by the access token. */
export async function signInBy(transport, { email, password }) {
  const unary = (method, input, meta) =>
    transport.unary(method, input, transport.mergeOptions({ meta })).response;
  const identifier = { oneofKind: "email", email };
  const { accessToken } = await unary(signIn, { identifier, password }, {});
  const authorization = `Bearer ${accessToken}`;
  return (await unary(getUser, { userId: "me" }, { authorization })).user;
}
