using System.Buffers.Binary;
using System.Text;

namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>
/// What every protected value holds, and how it looks in any form in which a server may send it: as text, in the binary formats, as
/// hexadecimal or base64 of its bytes, backwards. Digits, so that changes of case change nothing.
/// </summary>
internal static class LeakMarkers
{
    /// <summary>The digits in every protected value. No generated statement holds them.</summary>
    public const string Marker = "90417385";

    private static readonly (string Form, byte[] Bytes)[] All = Make();

    /// <summary>A protected text.</summary>
    public static string Text(string name) => $"{name}-{Marker}-x";

    /// <summary>A protected number that fits in an int4: the marker and one digit.</summary>
    public static int Int32(int digit) => (90417385 * 10) + (digit % 10);

    /// <summary>A protected number of 64 bits: the marker and four digits.</summary>
    public static long Int64(int digits) => (90417385L * 10000) + (digits % 10000);

    /// <summary>The first marker in these bytes, or -1.</summary>
    public static int IndexOf(ReadOnlySpan<byte> bytes, out string form)
    {
        foreach (var marker in All)
        {
            var index = bytes.IndexOf(marker.Bytes);
            if (index >= 0)
            {
                form = marker.Form;
                return index;
            }
        }

        form = "";
        return -1;
    }

    private static (string Form, byte[] Bytes)[] Make()
    {
        var text = Encoding.ASCII.GetBytes(Marker);
        var int32 = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(int32, Int32(0));
        var int64 = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(int64, Int64(0));

        // 10,000 numbers differ in the last two bytes at most, and the last digit in the last half byte: what stays is sought.
        var float64 = new byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(float64, Int64(0));
        var numeric = new byte[4];
        BinaryPrimitives.WriteInt16BigEndian(numeric, 9041);
        BinaryPrimitives.WriteInt16BigEndian(numeric.AsSpan(2), 7385);
        var forms = new List<(string, byte[])>
        {
            ("text", text),
            ("backwards", [.. text.AsEnumerable().Reverse()]),
            ("hexadecimal", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(text))),
            ("UTF-16", Encoding.BigEndianUnicode.GetBytes(Marker)),
            ("binary int8", int64[1..6]),
            ("binary float8", float64[..5]),
            ("binary numeric", numeric),
            ("uuid", Convert.FromHexString(Marker)),
            ("to_hex of int8", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(int64).TrimStart('0')[..8])),
            ("to_hex of int4", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(int32)[..7])),
        };
        for (var last = 0; last < 10; last++)
        {
            var one = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(one, Int32(last));
            forms.Add(("binary int4", one));
        }

        for (var before = 0; before < 3; before++)
        {
            // The characters that hold nothing of the neighbours' bits.
            var encoded = Convert.ToBase64String([.. new byte[before], .. text]);
            forms.Add(("base64", Encoding.ASCII.GetBytes(encoded[((before * 8 + 5) / 6)..((before + text.Length) * 8 / 6)])));
        }

        return [.. forms];
    }
}
