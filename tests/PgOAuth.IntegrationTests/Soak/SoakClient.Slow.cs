namespace PgOAuth.IntegrationTests.Soak;

/// <content>Clients that want more than all buffers hold, and do not take it.</content>
internal sealed partial class SoakClient
{
    private enum SlowEnd
    {
        /// <summary>Takes it all.</summary>
        Whole,

        /// <summary>Leaves in the middle of a row.</summary>
        LeavesInARow,

        /// <summary>Says more, a byte for each message that it takes, so that some of it comes while a reply is being written.</summary>
        SaysMore,

        /// <summary>Says something that wants no answer, takes a little, and leaves.</summary>
        SaysMoreAndLeaves,

        /// <summary>Cancels while a reply is being written.</summary>
        Cancels,
    }

    /// <summary>Asks for a large result, perhaps lets others work first, and reads in small pieces.</summary>
    /// <returns>Whether the session goes on.</returns>
    private async Task<bool> ReadSlowlyAsync(SoakConnection connection, SoakModel model, string id)
    {
        var end = (SlowEnd)_random.Next(MayCancel ? 5 : 4);
        var large = new SoakBatch(_random, model, id, Batches).Large();
        var more = More(end, model, id);
        Note($"reads slowly, {end}: {large} and {more}");
        await SendAsync(connection, model, large);
        if (_random.Next(3) > 0)
        {
            await run.WaitForOthersAsync(_random.Next(1, 60));
        }

        connection.Begin($"{end} {large}");
        connection.Piece = _random.Next(200, 4000);
        var isLast = more.Intents.Count;
        // At the beginning and near the end the server may be done already, and its last reply wait in the proxy for the client.
        var turn = _random.Next(4) switch { 0 => _random.Next(large.Rows), 1 => Math.Max(0, large.Rows - _random.Next(60)), _ => 0 };
        var leave = turn + _random.Next(1, 5);
        var pause = _random.Next(large.Rows);
        var sent = 0;
        more.Intents.ForEach(model.Sent);
        for (var taken = 0; model.Owed > isLast; taken++)
        {
            if (taken == leave && end is (SlowEnd.LeavesInARow or SlowEnd.SaysMoreAndLeaves))
            {
                await connection.ReadBeginningAsync();
                connection.Abort(reset: _random.Next(2) == 0);
                return false;
            }

            if (taken == turn && end is SlowEnd.Cancels)
            {
                NoteCancel(model);
                await SoakConnection.CancelAsync(run.EndPoint, connection.Key);
            }

            if (taken == pause)
            {
                await run.WaitForOthersAsync(_random.Next(1, 30));
                connection.Begin($"{end} {large}");
            }

            if (taken >= turn && sent < more.Bytes.Length)
            {
                var count = end is SlowEnd.SaysMore ? 1 : more.Bytes.Length;
                await connection.SendAsync(more.Bytes.Slice(sent, count));
                sent += count;
                if (end is SlowEnd.SaysMoreAndLeaves)
                {
                    await run.WaitForOthersAsync(_random.Next(1, 20));
                    connection.Begin($"{end} {large}");
                }
            }

            model.Took(await connection.ReadAsync());
        }

        var sending = connection.SendAsync(more.Bytes[sent..]);
        while (!model.IsAnswered)
        {
            model.Took(await connection.ReadAsync());
        }

        await sending;
        connection.Piece = int.MaxValue;
        run.Answered();
        return true;
    }

    /// <summary>What is said behind the large batch: messages that want no answer, and then perhaps another batch.</summary>
    private SoakBatch More(SlowEnd end, SoakModel model, string id)
    {
        var more = new SoakBatch(_random, model, id, ++Batches);
        if (end is SlowEnd.SaysMore or SlowEnd.SaysMoreAndLeaves)
        {
            for (var n = _random.Next(1, 10); n > 0; n--)
            {
                more.Flush();
            }
        }

        return end is not SlowEnd.SaysMore ? more : _random.Next(2) == 0 ? more.Simple() : more.Extended();
    }

    private static async Task SendAsync(SoakConnection connection, SoakModel model, SoakBatch batch)
    {
        connection.Begin(batch.ToString());
        batch.Intents.ForEach(model.Sent);
        await connection.SendAsync(batch.Bytes);
    }
}
