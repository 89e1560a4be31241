import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { MongooseModule } from '@nestjs/mongoose';
import { AuditLogModule } from '../audit/audit-log.module.js';
import { TenantsModule } from '../tenants/tenants.module.js';
import { UsersModule } from '../users/users.module.js';
import { AccessTokens } from './access-tokens.js';
import { AuthController } from './auth.controller.js';
import { AuthService } from './auth.service.js';
import { HubSecret, HubSecretSchema } from './hub-secret.schema.js';
import { HubSecrets } from './hub-secrets.js';
import { Passwords } from './passwords.js';
import { AuthSession, AuthSessionSchema } from './session.schema.js';
import { SessionsService } from './sessions.service.js';
import { SetupService } from './setup.service.js';
import { SignInThrottle } from './sign-in-throttle.js';

@Module({
  imports: [
    AuditLogModule,
    UsersModule,
    TenantsModule,
    JwtModule,
    MongooseModule.forFeature([
      { name: HubSecret.name, schema: HubSecretSchema },
      { name: AuthSession.name, schema: AuthSessionSchema },
    ]),
  ],
  controllers: [AuthController],
  providers: [
    HubSecrets,
    AccessTokens,
    AuthService,
    Passwords,
    SessionsService,
    SetupService,
    SignInThrottle,
  ],
  exports: [HubSecrets, AccessTokens, SetupService],
})
export class AuthModule {}
