using System.Collections.Concurrent;

namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>Sends units on several sessions at once and collects what is wrong with the answers.</summary>
internal sealed class LeakRun(LeakUnits units, Func<Task<LeakConnection>> open, Func<LeakJudge> newJudge)
{
    private const int UnitsAtOnce = 8;
    private const int EnoughFindings = 20;

    private readonly ConcurrentQueue<LeakFinding> _findings = new();
    private long _next;

    public LeakCounts Counts { get; } = new();

    public IReadOnlyCollection<LeakFinding> Findings => _findings;

    /// <summary>Whether only what the policy allows is sent, as a gate would do it.</summary>
    public bool OnlyAllowed { get; init; }

    /// <summary>Whether it is wrong when something is executed that the policy refuses.</summary>
    public bool ChecksVerdicts { get; init; }

    /// <summary>Looks at an answer for more than markers: what is wrong with it, or null.</summary>
    public Func<LeakStep, LeakAnswer, string?>? Inspect { get; init; }

    /// <summary>What is to be known when a session gets no answer, asked while it still waits.</summary>
    public Func<Task<string>>? Explain { get; init; }

    /// <summary>Runs until so many statements are through, or enough is wrong.</summary>
    public async Task RunAsync(long statements, int sessions, CancellationToken cancellationToken)
    {
        await Task.WhenAll(Enumerable.Range(0, sessions).Select(_ => Task.Run(
            async () =>
            {
                var worker = new Worker(this, newJudge());
                await worker.RunAsync(statements, cancellationToken);
            },
            cancellationToken)));
    }

    private bool IsOver(long statements) => Interlocked.Read(ref Counts.Statements) >= statements || _findings.Count >= EnoughFindings;

    private sealed class Worker(LeakRun run, LeakJudge judge)
    {
        private readonly List<(LeakUnit Unit, LeakStep Step, string? Refusal)> _batch = [];

        public async Task RunAsync(long statements, CancellationToken cancellationToken)
        {
            LeakConnection? connection = null;
            try
            {
                while (!run.IsOver(statements) && !cancellationToken.IsCancellationRequested)
                {
                    connection ??= await run.Open();
                    Fill();
                    var received = connection.Received;
                    var answers = await AskAsync(connection);
                    Interlocked.Add(ref run.Counts.Received, connection.Received - received);
                    for (var i = 0; i < answers.Count; i++)
                    {
                        Take(_batch[i].Unit, _batch[i].Step, _batch[i].Refusal, answers[i]);
                    }

                    if (answers[^1].IsEnd)
                    {
                        Interlocked.Increment(ref run.Counts.Ended);
                        connection.Dispose();
                        connection = null;
                    }
                }
            }
            finally
            {
                connection?.Dispose();
            }
        }

        private async Task<List<LeakAnswer>> AskAsync(LeakConnection connection)
        {
            try
            {
                return await connection.RunAsync([.. _batch.Select(static entry => entry.Step)]);
            }
            catch (TimeoutException error) when (run.Explain is not null)
            {
                throw new TimeoutException($"{error.Message}\nfrom {connection.LocalEndPoint}\n{await run.Explain()}", error);
            }
        }

        private void Fill()
        {
            _batch.Clear();
            for (var i = 0; i < UnitsAtOnce; i++)
            {
                var unit = run.NextUnit();
                foreach (var step in unit.Steps)
                {
                    if (Admit(step, out var refused))
                    {
                        _batch.Add((unit, step, refused));
                    }
                }
            }
        }

        private bool Admit(LeakStep step, out string? refused)
        {
            refused = null;
            if (step.IsFrame || step.Protocol is LeakProtocol.BindNamed or LeakProtocol.ExecuteNamed)
            {
                return true;
            }

            var (isParsed, refusal) = judge.Decide(step.Text);
            refused = isParsed ? refusal?.Message : "it is no SQL";
            Interlocked.Increment(ref run.Counts.Statements);
            Interlocked.Add(ref run.Counts.Parsed, isParsed ? 1 : 0);
            Interlocked.Add(ref run.Counts.Allowed, isParsed && refusal is null ? 1 : 0);
            if (refusal is not null)
            {
                run.Counts.Refusal(refusal.Reason is PgOAuth.Enforcement.Policy.PolicyRefusalReason.NotUnderstood ? refusal.Subject : refusal.Reason.ToString());
            }

            return !run.OnlyAllowed || (isParsed && refusal is null);
        }

        private void Take(LeakUnit unit, LeakStep step, string? refused, LeakAnswer answer)
        {
            var wrong = answer.Leak is { } leak ? $"A protected value came back as {leak}"
                : run.ChecksVerdicts && refused is not null && answer is { SqlState: null, IsEnd: false } ? "It was executed"
                : answer.IsEnd ? $"The session ended: {answer.Error}"
                : step.IsFrame && answer.Error is { } error ? $"The frame failed: {error}"
                : run.Inspect?.Invoke(step, answer);
            if (wrong is not null)
            {
                run._findings.Enqueue(new LeakFinding(unit, step, $"{wrong}\nthe policy says: {refused ?? "allowed"}"));
            }

            if (step.IsFrame || step.Protocol is LeakProtocol.BindNamed or LeakProtocol.ExecuteNamed)
            {
                return;
            }

            if (answer.SqlState is null)
            {
                Interlocked.Increment(ref run.Counts.Executed);
                Interlocked.Add(ref run.Counts.WithRows, answer.Rows > 0 ? 1 : 0);
                return;
            }

            Interlocked.Increment(ref answer.SqlState == "42501" ? ref run.Counts.Refused : ref run.Counts.Failed);
            run.Counts.Error(answer.SqlState);
        }
    }

    private LeakUnit NextUnit() => units.Make(Interlocked.Increment(ref _next));

    private Task<LeakConnection> Open() => open();
}
