using System.Globalization;
using PgOAuth.Diagnostics;
using PgOAuth.Protocol;
using PgOAuth.Protocol.Backend;

namespace PgOAuth.Enforcement.Catalog;

/// <summary>Stage 7: asks over a connection of the proxy's own and hands the rows on as they come, never more than one in memory.</summary>
internal sealed class CatalogQuery(MessageChannel channel, CatalogLimits limits)
{
    private const int MaxLoggedChars = 500;

    private long _received;

    /// <summary>Sends one Query; commands without rows, such as BEGIN, are no results.</summary>
    /// <param name="sql">The text.</param>
    /// <param name="results">How many results with rows there must be.</param>
    /// <param name="isInTransaction">Whether a transaction is open afterwards.</param>
    /// <param name="rows">Takes the rows.</param>
    internal async ValueTask<CatalogStep> RunAsync(string sql, int results, bool isInTransaction, ICatalogRows rows, CancellationToken cancellationToken)
    {
        channel.Output.BeginMessage(MessageTypes.Frontend.Query);
        channel.Output.WriteCString(sql);
        channel.Output.EndMessage();
        await channel.FlushAsync(cancellationToken).ConfigureAwait(false);

        var result = -1;
        while (true)
        {
            var status = await channel.ReadFrameAsync(limits.MaxRowBytes, cancellationToken).ConfigureAwait(false);
            if (status != FrameReadStatus.Frame)
            {
                return CatalogStep.Failed(status == FrameReadStatus.EndOfStream ? "the server closed the connection" : "the server sent a message of an impossible length");
            }

            var step = Take(rows, ref result, out var isReady);
            if (!step.IsDone)
            {
                return step;
            }

            if (isReady)
            {
                return result != results - 1 ? CatalogStep.Failed("the server gave another number of results than was asked for")
                    : channel.Frame.Body.SequenceEqual(isInTransaction ? "T"u8 : "I"u8) ? CatalogStep.Done
                    : CatalogStep.Failed("the server's transaction is not as it should be");
            }
        }
    }

    private CatalogStep Take(ICatalogRows rows, ref int result, out bool isReady)
    {
        isReady = false;
        var frame = channel.Frame;
        _received += frame.Body.Length + ProtocolConstants.HeaderLength;
        if (_received > limits.MaxBytes)
        {
            return CatalogStep.Failed(string.Create(CultureInfo.InvariantCulture, $"the catalog has more than {limits.MaxBytes} bytes"));
        }

        switch (frame.Type)
        {
            case MessageTypes.Backend.DataRow:
                return result >= 0 && CatalogRow.TryParse(frame, out var row) && rows.TryAdd(result, ref row) && row.IsAtEnd
                    ? CatalogStep.Done
                    : CatalogStep.Failed(string.Create(CultureInfo.InvariantCulture, $"a row of result {result} is not what was asked for"));
            case MessageTypes.Backend.RowDescription:
                result++;
                return CatalogStep.Done;
            case MessageTypes.Backend.CommandComplete or MessageTypes.Backend.NoticeResponse or MessageTypes.Backend.ParameterStatus:
                return CatalogStep.Done;
            case MessageTypes.Backend.ReadyForQuery:
                isReady = true;
                return CatalogStep.Done;
            case MessageTypes.Backend.ErrorResponse:
                return CatalogStep.Failed(ErrorResponse.TryParse(frame, out var error)
                    ? $"the server answered {SafeText.Clean(error.SqlStateText())}: {SafeText.Clean(error.MessageText(), MaxLoggedChars)}"
                    : "the server sent a malformed ErrorResponse");
            default:
                return CatalogStep.Failed(string.Create(CultureInfo.InvariantCulture, $"the server answered with message type 0x{frame.Type:x2}"));
        }
    }
}
