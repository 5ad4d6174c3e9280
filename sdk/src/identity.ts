export * from "../gen/identity/v1/audit_pb.js";
export * from "../gen/identity/v1/branding_pb.js";
export * from "../gen/identity/v1/errors_pb.js";
export * from "../gen/identity/v1/model_pb.js";
export * from "../gen/identity/v1/oauth_pb.js";
export * from "../gen/identity/v1/predecessor_pb.js";
export * from "../gen/identity/v1/resource_pb.js";
export * from "../gen/identity/v1/user_pb.js";
