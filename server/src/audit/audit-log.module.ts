import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { MongooseModule } from '@nestjs/mongoose';
import { UsersModule } from '../users/users.module.js';
import { AuditSchema, StoredAuditEntry } from './audit-entry.schema.js';
import { AuditLog } from './audit-log.js';
import { AuditInterceptor } from './audit.interceptor.js';

/** Writes the log: apart from what reads it, which needs much more of the hub than those who are written about. */
@Module({
  imports: [UsersModule, MongooseModule.forFeature([{ name: StoredAuditEntry.name, schema: AuditSchema }])],
  providers: [AuditLog, { provide: APP_INTERCEPTOR, useClass: AuditInterceptor }],
  exports: [AuditLog],
})
export class AuditLogModule {}
