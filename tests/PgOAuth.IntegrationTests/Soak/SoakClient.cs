using System.Globalization;
using System.Net;

namespace PgOAuth.IntegrationTests.Soak;

/// <summary>One place for client connections: logs in, does something at random, goes away in some manner, and comes again.</summary>
internal sealed partial class SoakClient(SoakRun run, int number, string user, string subject, string token)
{
    private readonly Random _random = new(unchecked((run.Options.Seed * 1000) + number));
    private readonly Queue<string> _history = new();
    private int _sessions;
    private int _lastCancel;

    // Every second one never cancels anything, and so must never be cancelled.
    private bool MayCancel => number % 2 == 0;

    public int Batches { get; private set; }

    private bool WasCancelled => (long)Batches - _lastCancel <= 3;

    public async Task RunAsync()
    {
        try
        {
            while (!run.IsOver)
            {
                await LiveAsync();
            }
        }
        catch (SoakViolation violation)
        {
            run.Report(new SoakViolation($"{violation.Message}\nClient {number} did:\n{string.Join('\n', _history)}"));
        }
        catch (Exception error)
        {
            run.Report(new SoakViolation($"Client {number}: {error}\nIt did:\n{string.Join('\n', _history)}"));
        }
    }

    private async Task LiveAsync()
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"c{number}.{++_sessions}.");
        var model = new SoakModel(id, subject);
        var isNarrow = _random.Next(3) == 0;
        Note($"login {id}{(isNarrow ? " on a narrow connection" : "")}");
        SoakConnection connection;
        try
        {
            connection = await SoakConnection.LogInAsync(run.EndPoint, user, run.Database, token, id, model, isNarrow);
        }
        catch (SoakEnded ended)
        {
            Ended(ended, wasCancelled: false);
            return;
        }

        using (connection)
        {
            _lastCancel = int.MinValue;
            try
            {
                var isFirst = true;
                for (var batches = _random.Next(1, isNarrow ? 12 : 80); batches > 0 && !run.IsOver; batches--)
                {
                    Batches++;
                    model.MayBeCancelled = WasCancelled;
                    switch (isNarrow && isFirst ? 49 : _random.Next(100))
                    {
                        case < 2:
                            await LeaveInTheMiddleAsync(connection, model, id);
                            return;

                        case < 10 when MayCancel:
                            NoteCancel(model);
                            await CancelAsync(connection, model, id);
                            break;

                        case < 20:
                            await FetchAsync(connection, model, id);
                            break;

                        case < 50 when isNarrow:
                            isFirst = false;
                            if (!await ReadSlowlyAsync(connection, model, id))
                            {
                                return;
                            }

                            break;

                        default:
                            await RunAsync(connection, model, Next(model, id), _random.Next(12) == 0 ? _random.Next(1, 60) : 0);
                            break;
                    }
                }

                await SayGoodbyeAsync(connection);
            }
            catch (SoakEnded ended)
            {
                Ended(ended, WasCancelled);
            }
        }
    }

    private SoakBatch Next(SoakModel model, string id)
    {
        var batch = new SoakBatch(_random, model, id, Batches);
        return _random.Next(2) == 0 ? batch.Simple() : batch.Extended();
    }

    /// <summary>Sends while it reads, or begins to read only later.</summary>
    private async Task RunAsync(SoakConnection connection, SoakModel model, SoakBatch batch, int delay = 0)
    {
        Note(batch.ToString());
        connection.Begin(batch.ToString());
        foreach (var intent in batch.Intents)
        {
            model.Sent(intent);
        }

        var sending = connection.SendAsync(batch.Bytes);
        if (delay > 0)
        {
            await Task.Delay(delay);
        }

        while (!model.IsAnswered)
        {
            model.Took(await connection.ReadAsync());
        }

        await sending;
        run.Answered();
    }

    private async Task FetchAsync(SoakConnection connection, SoakModel model, string id)
    {
        await RunAsync(connection, model, new SoakBatch(_random, model, id, Batches).Portal().Flush());
        for (var n = _random.Next(4); n > 0; n--)
        {
            await RunAsync(connection, model, new SoakBatch(_random, model, id, Batches).More().Flush());
        }

        await RunAsync(connection, model, new SoakBatch(_random, model, id, Batches).Sync());
    }

    private async Task CancelAsync(SoakConnection connection, SoakModel model, string id)
    {
        var delay = _random.Next(12);
        var batch = Next(model, id);
        var cancelling = CancelLaterAsync();
        Note("cancel");
        await RunAsync(connection, model, batch);
        await cancelling;

        async Task CancelLaterAsync()
        {
            await Task.Delay(delay);
            try
            {
                await SoakConnection.CancelAsync(run.EndPoint, connection.Key);
            }
            catch (SoakEnded)
            {
                // The proxy closes a cancel connection whatever it thinks of it.
            }
        }
    }

    /// <summary>A random part of the messages is sent, and perhaps a part of the answers read.</summary>
    private async Task LeaveInTheMiddleAsync(SoakConnection connection, SoakModel model, string id)
    {
        var batch = Next(model, id);
        var part = batch.Bytes[.._random.Next(batch.Bytes.Length + 1)];
        Note($"leaves after {part.Length} of {batch.Bytes.Length} bytes: {batch}");
        connection.Begin("leaving");
        var sending = connection.SendAsync(part);
        if (_random.Next(2) == 0)
        {
            await Task.Delay(_random.Next(10));
        }

        if (_random.Next(3) == 0)
        {
            connection.CloseSending();
            await Task.Delay(_random.Next(10));
        }

        connection.Abort(reset: _random.Next(2) == 0);
        await sending;
    }

    private void NoteCancel(SoakModel model)
    {
        _lastCancel = Batches;
        model.MayBeCancelled = true;
    }

    private async Task SayGoodbyeAsync(SoakConnection connection)
    {
        Note("goodbye");
        connection.Begin("goodbye");
        if (_random.Next(2) == 0)
        {
            await connection.SendAsync(Testing.FrontendMessages.Terminate);
        }
    }

    private void Ended(SoakEnded ended, bool wasCancelled)
    {
        Note($"ended {ended.SqlState} {ended.Message}");
        if (!run.MayEnd && !(wasCancelled && ended.SqlState == "57014"))
        {
            throw new SoakViolation($"The session ended: {ended.SqlState} {ended.Message}");
        }
    }

    private void Note(string what)
    {
        _history.Enqueue(what.Length > 400 ? what[..400] : what);
        if (_history.Count > 12)
        {
            _history.Dequeue();
        }
    }
}
