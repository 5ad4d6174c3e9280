/** The systems for which users are written. */
export const USER_FORMAT_NAMES = ["auth0", "keycloak", "kratos", "clerk"] as const;

export type UserFormatName = (typeof USER_FORMAT_NAMES)[number];
