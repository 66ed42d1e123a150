using System.Buffers.Binary;
using System.Text;
using PgOAuth.IntegrationTests.Relay;

namespace PgOAuth.IntegrationTests.Pooling;

/// <summary>One value from one query.</summary>
internal static class RawClientQueries
{
    /// <summary>The first column of the first row; null for NULL and for no row.</summary>
    /// <exception cref="RawError">The server or the proxy refused.</exception>
    public static async Task<string?> AskAsync(this RawClient client, string sql, CancellationToken cancellationToken)
    {
        await client.SendAsync(RawClient.Query(sql), cancellationToken);
        return await client.ReadValueAsync(cancellationToken);
    }

    /// <summary>The value that a query answers which was sent before.</summary>
    /// <inheritdoc cref="AskAsync"/>
    public static async Task<string?> ReadValueAsync(this RawClient client, CancellationToken cancellationToken)
    {
        RawError? error = null;
        string? value = null;
        foreach (var (type, body) in await client.ReadUntilReadyAsync(cancellationToken))
        {
            if (type == 'E')
            {
                error ??= RawError.Parse(body);
            }
            else if (type == 'D' && value is null && BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(2)) is >= 0 and var length)
            {
                value = Encoding.UTF8.GetString(body, 6, length);
            }
        }

        return error is null ? value : throw error;
    }

    /// <summary>The types of the messages up to ReadyForQuery.</summary>
    public static async Task<string> ReadTypesAsync(this RawClient client, CancellationToken cancellationToken) =>
        string.Concat((await client.ReadUntilReadyAsync(cancellationToken)).Select(static message => message.Type));

    /// <summary>The SQLSTATE by which a query is refused.</summary>
    public static async Task<string> RefusalAsync(this RawClient client, string sql, CancellationToken cancellationToken)
    {
        try
        {
            await client.AskAsync(sql, cancellationToken);
        }
        catch (RawError error)
        {
            return error.SqlState;
        }

        return "00000";
    }
}
