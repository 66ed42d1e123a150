using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using PgOAuth.Sql.Lexing;
using LexToken = PgOAuth.Sql.Lexing.SqlToken;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Enforcement.Policy;

/// <summary>A statement without its values, for audit records (stages 7 and 8): equal for statements that differ in literals, comments and space.</summary>
/// <remarks>
/// Every literal and parameter becomes <c>?</c>, a list of them one <c>?</c>, however long, and rows of nothing else one row; words are in lower case. Nothing
/// of a literal is in it, also not its length. What <c>SET</c> sets may be plain words: they go as well.
/// </remarks>
/// <param name="Hash">The same on every machine and for every run; of all of the text, also where <paramref name="Text"/> is cut.</param>
/// <param name="Text">The words, at most <see cref="MaxBytes"/> bytes.</param>
internal readonly record struct StatementFingerprint(ulong Hash, string Text)
{
    /// <summary>Where the text is cut.</summary>
    internal const int MaxBytes = 1024;

    /// <summary>The hash in sixteen digits.</summary>
    internal string HashText => Hash.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);

    /// <param name="text">The text.</param>
    /// <param name="words">The tokens of one statement of it.</param>
    internal static StatementFingerprint Of(ReadOnlySpan<byte> text, ReadOnlySpan<LexToken> words)
    {
        var writer = new ArrayBufferWriter<byte>(MaxBytes);
        var isSetting = words.Length > 0 && words[0].Kind is T.Set;
        var mayHoldSet = words.Length > 0 && words[0].Kind is T.Alter or T.Create;
        var inValue = false;
        for (var i = 0; i < words.Length; i++)
        {
            if (IsMoreOfTheSame(words, i, writer.WrittenSpan, out var last))
            {
                i = last;
                continue;
            }

            if (i > 0 && NeedsSpace(words[i - 1].Kind, words[i].Kind))
            {
                Write(writer, " "u8);
            }

            if (inValue || IsValue(words, i))
            {
                // SET x = a, b: one value, whatever it is made of.
                i = inValue ? words.Length : SkipValues(words, i);
                Write(writer, "?"u8);
                continue;
            }

            WriteWord(writer, text, words[i]);
            isSetting |= mayHoldSet && words[i].Kind is T.Set;
            inValue = isSetting && IsSettingValueNext(words, i);
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(writer.WrittenSpan, digest);
        return new StatementFingerprint(BinaryPrimitives.ReadUInt64BigEndian(digest), Cut(writer.WrittenSpan));
    }

    private static bool IsLiteral(T kind) => kind is T.SConst or T.BConst or T.XConst or T.IConst or T.FConst or T.Param;

    // A sign belongs to the number, where no operand stands before it.
    private static bool IsValue(ReadOnlySpan<LexToken> words, int index) =>
        IsLiteral(words[index].Kind)
        || (words[index].Kind is T.Minus or T.Plus
            && index + 1 < words.Length
            && words[index + 1].Kind is T.IConst or T.FConst
            && (index == 0 || IsBeforeOperand(words[index - 1].Kind)));

    private static bool IsBeforeOperand(T kind) => kind is T.LeftParen or T.LeftBracket or T.Comma or T.Equal or T.Less or T.Greater
        or T.LessEquals or T.GreaterEquals or T.NotEquals or T.Select or T.When or T.Case or T.Between or T.By or T.Values or T.Limit or T.Offset or T.Then or T.Else or T.And or T.Or;

    // Row after row of VALUES.
    private static bool IsMoreOfTheSame(ReadOnlySpan<LexToken> words, int index, ReadOnlySpan<byte> written, out int last)
    {
        last = index;
        if (!written.EndsWith("(?)"u8)
            || index + 3 >= words.Length
            || words[index].Kind is not T.Comma
            || words[index + 1].Kind is not T.LeftParen
            || !IsValue(words, index + 2))
        {
            return false;
        }

        last = SkipValues(words, index + 2) + 1;
        return last < words.Length && words[last].Kind is T.RightParen;
    }

    // Index of the last token that the "?" stands for: all of "1, 2, -3".
    private static int SkipValues(ReadOnlySpan<LexToken> words, int index)
    {
        var last = LastOfValue(words, index);
        while (last + 2 < words.Length && words[last + 1].Kind is T.Comma && IsValue(words, last + 2))
        {
            last = LastOfValue(words, last + 2);
        }

        return last;
    }

    private static int LastOfValue(ReadOnlySpan<LexToken> words, int index) => IsLiteral(words[index].Kind) ? index : index + 1;

    // Behind SET name = and its like: plain words are values there, too.
    private static bool IsSettingValueNext(ReadOnlySpan<LexToken> words, int index) =>
        index + 1 < words.Length
        && (words[index].Kind is T.To or T.Equal
            || (words[index].Kind is T.Zone or T.Role or T.Names or T.Schema or T.Authorization && words[index + 1].Kind is not (T.To or T.Equal or T.Dot)));

    private static void WriteWord(ArrayBufferWriter<byte> writer, ReadOnlySpan<byte> text, in LexToken word)
    {
        var raw = text[word.Start..word.End];
        if (!IsName(word.Kind))
        {
            Write(writer, raw);
            return;
        }

        // "orders" and Orders are one name, "Orders" is another.
        Span<byte> name = stackalloc byte[SqlText.MaxIdentifierBytes + 1];
        name = name[..SqlText.WriteIdentifier(text, word, name)];
        var isQuoted = !IsPlain(name);
        if (isQuoted)
        {
            Write(writer, "\""u8);
        }

        foreach (var letter in name)
        {
            Write(writer, letter < 0x20 || letter == 0x7f ? "?"u8 : new ReadOnlySpan<byte>(in letter));
        }

        if (isQuoted)
        {
            Write(writer, "\""u8);
        }
    }

    private static bool IsName(T kind) => kind is T.Ident || (kind >= SqlKeywords.First && kind <= SqlKeywords.Last);

    private static bool IsPlain(ReadOnlySpan<byte> name)
    {
        foreach (var letter in name)
        {
            if (!(char.IsAsciiLetterLower((char)letter) || char.IsAsciiDigit((char)letter) || letter is (byte)'_' or (byte)'$' or >= 0x80))
            {
                return false;
            }
        }

        return !name.IsEmpty;
    }

    private static bool NeedsSpace(T before, T after) =>
        before is not (T.LeftParen or T.LeftBracket or T.Dot or T.TypeCast)
        && after is not (T.RightParen or T.RightBracket or T.LeftBracket or T.Comma or T.Dot or T.TypeCast or T.Semicolon)
        && !(after is T.LeftParen && before is T.Ident);

    private static void Write(ArrayBufferWriter<byte> writer, ReadOnlySpan<byte> bytes) => writer.Write(bytes);

    // Between characters.
    private static string Cut(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= MaxBytes)
        {
            return Encoding.UTF8.GetString(bytes);
        }

        var end = MaxBytes - 3;
        while (end > 0 && (bytes[end] & 0xC0) == 0x80)
        {
            end--;
        }

        return Encoding.UTF8.GetString(bytes[..end]) + "...";
    }
}
