import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { MembersController } from './members.controller.js';
import { QuietHoursController } from './quiet-hours.controller.js';
import { User, UserSchema } from './user.schema.js';
import { UsersService } from './users.service.js';

@Module({
  imports: [MongooseModule.forFeature([{ name: User.name, schema: UserSchema }])],
  controllers: [MembersController, QuietHoursController],
  providers: [UsersService],
  exports: [UsersService],
})
export class UsersModule {}
