using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using PgOAuth.Testing.Wire;

namespace PgOAuth.IntegrationTests.Soak;

/// <summary>The columns of a DataRow.</summary>
internal static class SoakRows
{
    public static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    public static string[] Read(WireMessage message)
    {
        var body = message.Body.AsSpan();
        var columns = new string[BinaryPrimitives.ReadInt16BigEndian(body)];
        body = body[2..];
        for (var i = 0; i < columns.Length; i++)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(body);
            columns[i] = length < 0 ? "" : Encoding.UTF8.GetString(body.Slice(4, length));
            body = body[(4 + Math.Max(length, 0))..];
        }

        return columns;
    }
}
