import Type from 'typebox';
import type { Role } from '../access/roles.js';

const strict = { additionalProperties: false } as const;
const email = () => Type.String({ minLength: 3, maxLength: 254, pattern: '^[^\\s@]+@[^\\s@]+$' });
const password = () => Type.String({ minLength: 10, maxLength: 256 });

/** `POST /api/v1/auth/setup`: the first account, once, with the token that the hub printed. */
export const SetupRequest = Type.Object(
  {
    token: Type.String({ minLength: 1, maxLength: 128 }),
    name: Type.String({ minLength: 1, maxLength: 100 }),
    email: email(),
    password: password(),
  },
  strict,
);

/** `POST /api/v1/auth/login`. */
export const LoginRequest = Type.Object(
  { email: email(), password: Type.String({ minLength: 1, maxLength: 256 }) },
  strict,
);

export type SetupRequest = Type.Static<typeof SetupRequest>;
export type LoginRequest = Type.Static<typeof LoginRequest>;

/** `GET /api/v1/auth/status`, open to all: does this hub still want its first account? */
export interface AuthStatus {
  setupNeeded: boolean;
}

export interface Me {
  id: string;
  name: string;
  email: string;
  role: Role;
  tenant: { id: string; name: string };
}

/** Answer to set-up, log-in and refresh. The refresh token travels in an httpOnly cookie only. */
export interface Session {
  accessToken: string;
  /** UTC ms at which the access token ends. */
  expiresAt: number;
  me: Me;
}
