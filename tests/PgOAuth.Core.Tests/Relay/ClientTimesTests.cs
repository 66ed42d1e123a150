using System.Diagnostics;
using PgOAuth.Operations;
using PgOAuth.Relay;
using Xunit;

namespace PgOAuth.Core.Tests.Relay;

public class ClientTimesTests
{
    private readonly DatabaseCounters _counters;
    private readonly ClientConversation _client;
    private int _seconds = 100;

    public ClientTimesTests()
    {
        _counters = new DatabaseCounters("shop", () => _seconds * Stopwatch.Frequency);
        _client = new ClientConversation { Counters = _counters };
    }

    private (double Queries, double Transactions) Seconds => (_counters.QueryTime.TotalSeconds, _counters.TransactionTime.TotalSeconds);

    [Fact]
    public void Query_TakesFromItsFirstMessageToReadyForQuery()
    {
        _client.Asking();
        _seconds += 3;
        _client.Asking();
        _seconds += 4;
        _client.Answered(isTransactionOver: true, isMoreOwed: false);
        _seconds += 50;
        _client.Asking();
        _seconds += 1;
        _client.Answered(isTransactionOver: true, isMoreOwed: false);

        Assert.Equal((8, 8), Seconds);
        Assert.Equal((2, 2), (_counters.Queries, _counters.Transactions));
    }

    [Fact]
    public void Transaction_TakesWhatTheClientTakesInBetween_AndItsQueriesDoNot()
    {
        _client.Asking();
        _seconds += 1;
        _client.Answered(isTransactionOver: false, isMoreOwed: false);
        _seconds += 10;
        _client.Asking();
        _seconds += 2;
        _client.Answered(isTransactionOver: true, isMoreOwed: false);

        Assert.Equal((3, 13), Seconds);
        Assert.Equal((2, 1), (_counters.Queries, _counters.Transactions));
    }

    [Fact]
    public void Pipeline_NextQueryBeginsWhenTheOneBeforeIsOver()
    {
        _client.Asking();
        _seconds += 5;
        _client.Answered(isTransactionOver: true, isMoreOwed: true);
        _seconds += 2;
        _client.Answered(isTransactionOver: true, isMoreOwed: false);
        _seconds += 100;

        Assert.Equal((7, 7), Seconds);
    }

    [Fact]
    public void Answer_ThatNobodyAskedFor_TakesNoTime()
    {
        _client.Answered(isTransactionOver: true, isMoreOwed: false);

        Assert.Equal((0, 0), Seconds);
    }
}
