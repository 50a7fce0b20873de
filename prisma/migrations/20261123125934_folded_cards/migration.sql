-- AlterTable
ALTER TABLE "card" ADD COLUMN     "folded_into" TEXT;

-- CreateIndex
CREATE INDEX "card_folded_into_idx" ON "card"("folded_into");
