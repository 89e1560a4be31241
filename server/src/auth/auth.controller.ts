import { Body, Controller, Get, HttpCode, HttpStatus, Ip, Post, Req, Res, UseGuards } from '@nestjs/common';
import { NotAudited } from '../audit/not-audited.decorator.js';
import { type AuthStatus, LoginRequest, type Me, type Session, SetupRequest } from '@tocsin/shared';
import type { Request, Response } from 'express';
import { CurrentUser } from '../access/current-user.decorator.js';
import { Public } from '../access/public.decorator.js';
import { SignedIn } from '../access/signed-in.decorator.js';
import { Config } from '../config/config.js';
import { Valid } from '../http/valid.js';
import type { Identity } from './access-tokens.js';
import { AuthService, type SignedInSession } from './auth.service.js';
import { clearRefreshCookie, readRefreshCookie, setRefreshCookie } from './refresh-cookie.js';
import { SameOriginGuard } from './same-origin.guard.js';
import { SetupService } from './setup.service.js';

@Controller('api/v1/auth')
@UseGuards(SameOriginGuard)
export class AuthController {
  constructor(
    private readonly auth: AuthService,
    private readonly setups: SetupService,
    private readonly config: Config,
  ) {}

  @Get('status')
  @Public()
  async status(): Promise<AuthStatus> {
    return { setupNeeded: await this.setups.needed() };
  }

  @Get('me')
  @SignedIn()
  me(@CurrentUser() { userId }: Identity): Promise<Me> {
    return this.auth.me(userId);
  }

  @NotAudited('Nobody is signed in yet: the service writes it.')
  @Post('setup')
  @Public()
  async setup(
    @Body(new Valid(SetupRequest)) body: SetupRequest,
    @Ip() address: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Session> {
    return this.#hand(response, await this.auth.setup(body, address));
  }

  @NotAudited('Nobody is signed in yet: the service writes it, also when it fails.')
  @Post('login')
  @HttpCode(HttpStatus.OK)
  @Public()
  async login(
    @Body(new Valid(LoginRequest)) body: LoginRequest,
    @Ip() address: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Session> {
    return this.#hand(response, await this.auth.login(body, address));
  }

  @NotAudited('A session goes on, as it does every few minutes; one that ends is written by the service.')
  @Post('refresh')
  @HttpCode(HttpStatus.OK)
  @Public()
  async refresh(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<Session> {
    return this.#hand(response, await this.auth.refresh(readRefreshCookie(request)));
  }

  /** Needs no access token: whose has just ended wants to leave all the same. */
  @NotAudited('It may come without a sign-in: the service writes whose session it was.')
  @Post('logout')
  @HttpCode(HttpStatus.NO_CONTENT)
  @Public()
  async logout(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    await this.auth.logout(readRefreshCookie(request));
    clearRefreshCookie(response, this.config);
  }

  #hand(response: Response, { session, refreshToken }: SignedInSession): Session {
    setRefreshCookie(response, refreshToken, this.config);
    response.set('Cache-Control', 'no-store');
    return session;
  }
}
