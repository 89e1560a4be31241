import type { AuthStatus, LoginRequest, Session, SetupRequest } from '@tocsin/shared';
import { request } from './request.js';

export const readStatus = () => request<AuthStatus>('GET', '/auth/status');
export const setUp = (body: SetupRequest) => request<Session>('POST', '/auth/setup', { body });
export const logIn = (body: LoginRequest) => request<Session>('POST', '/auth/login', { body });
/** Hands in the refresh cookie, which is used up by it, and gets a new one with the answer. */
export const refresh = () => request<Session>('POST', '/auth/refresh');
export const logOut = (token?: string) => request<void>('POST', '/auth/logout', { token });
