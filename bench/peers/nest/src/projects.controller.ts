import { Controller, ForbiddenException, Get, Req, UseGuards } from "@nestjs/common";
import { AuthGuard } from "@nestjs/passport";
import type { Caller } from "./jwt.strategy.js";
import { type Project, ProjectsService } from "./projects.service.js";

@Controller("api/v1/projects")
export class ProjectsController {
  constructor(private readonly projects: ProjectsService) {}

  @Get()
  @UseGuards(AuthGuard("jwt"))
  async list(@Req() request: { user: Caller }): Promise<{ projects: Project[] }> {
    if (!request.user.permissions?.includes("read:projects")) throw new ForbiddenException();
    return { projects: await this.projects.list(request.user) };
  }
}
