import { notFound } from "next/navigation";
import { type Task, board } from "../../../../../database";

export const dynamic = "force-dynamic";

const PRIORITIES = ["", "Urgent", "High", "Medium", "Low"];

export default async function Page({ params }: { params: Promise<{ org: string; key: string }> }) {
  const { org, key } = await params;
  const found = await board(org, key);
  if (!found) notFound();
  return (
    <main>
      <h1>{found.name}</h1>
      {found.states.map(({ slug, name }) => {
        const tasks = found.tasks.filter(({ state }) => state === slug);
        return (
          <section key={slug} data-testid={`board-column-${slug}`}>
            <h2>
              {name} <small>{tasks.length}</small>
            </h2>
            <ol>
              {tasks.map((task) => (
                <Card key={task.number} org={org} name={`${key}-${task.number}`} task={task} />
              ))}
            </ol>
          </section>
        );
      })}
    </main>
  );
}

function Card({ org, name, task }: { org: string; name: string; task: Task }) {
  return (
    <li>
      <a href={`/o/${org}/tasks/${name}`} data-testid={`task-card-${name}`}>
        <span>{name}</span>
        <h3>{task.title}</h3>
        {task.priority > 0 && <span>{PRIORITIES[task.priority]}</span>}
        {task.labels.map((label) => (
          <span key={label}>{label}</span>
        ))}
        {task.estimate !== null && <span>{task.estimate}</span>}
        {task.due_on && <time dateTime={task.due_on}>{task.due_on}</time>}
        {task.assignees.map((person) => (
          <span key={person}>{person}</span>
        ))}
      </a>
    </li>
  );
}
