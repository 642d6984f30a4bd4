// The guarded endpoint `GET /api/v1/projects` with NestJS. Environment: PORT, DATABASE_URL, ISSUER, AUDIENCE.

import "reflect-metadata";
import { Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { PassportModule } from "@nestjs/passport";
import { JwtStrategy } from "./jwt.strategy.js";
import { ProjectsController } from "./projects.controller.js";
import { ProjectsService } from "./projects.service.js";

@Module({
  imports: [PassportModule],
  controllers: [ProjectsController],
  providers: [JwtStrategy, ProjectsService],
})
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: ["error", "warn"] });
app.enableShutdownHooks();
await app.listen(Number(process.env.PORT), "127.0.0.1");
